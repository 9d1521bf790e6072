//! Files that hold secrets are looked at again while the program runs.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::config::Watched;
use crate::health::Died;

/// Between two looks.
const EVERY: Duration = Duration::from_secs(1);

/// Looks at the files every second, until the end. A file system that hangs stops the looks and
/// nothing else: whoever wants a value has the last good one.
pub async fn run(watched: Vec<Watched>, died: Died, end: CancellationToken) {
    let watch = died.watch("rotation".to_owned());
    let rotating = async {
        while !watched.is_empty() {
            tokio::time::sleep(EVERY).await;
            let watched = watched.clone();
            let look = move || watched.iter().for_each(Watched::look);
            if tokio::task::spawn_blocking(look).await.is_err() {
                return;
            }
        }
        end.cancelled().await;
    };
    tokio::select! {
        () = end.cancelled() => watch.end(),
        () = rotating => {
            if end.is_cancelled() {
                watch.end();
            }
        }
    }
}
