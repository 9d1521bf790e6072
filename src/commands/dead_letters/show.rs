//! `firebell dead-letters show`.

mod text;

use std::io::Write;

use super::configuration;
use crate::cli::ShowDeadLetter;
use crate::commands::letters::Progress;
use crate::commands::{Exit, Failure, say};
use crate::config::Config;
use crate::consume::Record;
use crate::letters::{Entry, Extent, Letter, Topics};
use crate::settle::headers::HeaderError;
use crate::settle::marker::Marker;

/// Letters of one id that are shown.
const MOST: usize = 20;

/// What is asked for.
enum Which {
    /// What stands at an offset of a partition.
    Place(i32, i64),
    /// What ended a delivery, or ended it again.
    Id(String),
}

/// What is shown of a record.
enum Shown {
    Letter(Letter, Vec<Marker>),
    Unreadable(Record, HeaderError),
}

pub(super) async fn show(asked: &ShowDeadLetter, out: &mut impl Write) -> Result<Exit, Failure> {
    let config = configuration(&asked.file)?;
    let which = which(&asked.which, &config)?;
    let topics = Topics::new(&config);
    let extent = topics.extent(&config.dead_letter.topic).await?;
    let shown = find(&topics, extent, &which).await?;
    if shown.is_empty() {
        return Err(Failure::Undone(missing(&which)));
    }
    if asked.raw {
        raw(&shown, out)?;
    } else {
        for (number, one) in shown.iter().take(MOST).enumerate() {
            if number > 0 {
                writeln!(out)?;
            }
            text::write(one, out)?;
        }
        if shown.len() > MOST {
            say(&format!("and more: {MOST} are shown"));
        }
    }
    out.flush()?;
    Ok(Exit::Ok)
}

fn which(text: &str, config: &Config) -> Result<Which, Failure> {
    if !text.contains('/') {
        return Ok(Which::Id(text.to_owned()));
    }
    let mut parts = text.rsplitn(3, '/');
    let offset = parts.next().and_then(|text| text.parse().ok());
    let partition = parts.next().and_then(|text| text.parse().ok());
    let (Some(offset), Some(partition)) = (offset, partition) else {
        return Err(Failure::Wrong(format!(
            "expected a place such as `{}/0/17`, or a delivery's id; found `{text}`",
            config.dead_letter.topic
        )));
    };
    match parts.next() {
        Some(topic) if topic != config.dead_letter.topic => Err(Failure::Wrong(format!(
            "{text} stands in another topic: the dead-letter topic is {}",
            config.dead_letter.topic
        ))),
        _ => Ok(Which::Place(partition, offset)),
    }
}

fn missing(which: &Which) -> String {
    match which {
        Which::Place(partition, offset) => format!(
            "there is no dead letter at {partition}/{offset}: it is a marker, is not kept any longer, or never was"
        ),
        Which::Id(id) => format!("there is no dead letter of the delivery {id}"),
    }
}

/// A marker stands behind its letter in the same partition, so one reading finds both.
async fn find(topics: &Topics, extent: Extent, which: &Which) -> Result<Vec<Shown>, Failure> {
    let extent = match which {
        Which::Place(partition, offset) => {
            let from = [(*partition, *offset)].into();
            extent.only(*partition).from(&from)
        }
        Which::Id(_) => extent,
    };
    let mut records = Progress::over(topics.read(&extent)?, "looking for it");
    let mut shown = Vec::new();
    while let Some(record) = records.next().await? {
        let at = (record.coordinates.partition, record.coordinates.offset);
        let place = match which {
            Which::Place(partition, offset) => Some((*partition, *offset)),
            Which::Id(_) => None,
        };
        let here = place == Some(at);
        match Entry::of(record) {
            Entry::Letter(letter) if here || is(which, &letter) => {
                if shown.len() <= MOST {
                    shown.push(Shown::Letter(letter, Vec::new()));
                }
            }
            Entry::Unreadable(record, why) if here => shown.push(Shown::Unreadable(record, why)),
            Entry::Marker(marker) => settle(&mut shown, marker),
            Entry::Letter(_) | Entry::Unreadable(..) => {}
        }
    }
    Ok(shown)
}

fn is(which: &Which, letter: &Letter) -> bool {
    match which {
        Which::Id(id) => letter.id() == Some(id),
        Which::Place(..) => false,
    }
}

fn settle(shown: &mut [Shown], marker: Marker) {
    for one in shown {
        if let Shown::Letter(letter, markers) = one
            && (letter.at().partition, letter.at().offset) == (marker.partition, marker.offset)
            && markers.len() < MOST
        {
            markers.push(marker);
            return;
        }
    }
}

fn raw(shown: &[Shown], out: &mut impl Write) -> Result<(), Failure> {
    let [one] = shown else {
        let text = format!(
            "--raw wants one dead letter, and there are {}: name its place",
            shown.len()
        );
        return Err(Failure::Wrong(text));
    };
    let record = match one {
        Shown::Letter(letter, _) => &*letter.record,
        Shown::Unreadable(record, _) => record,
    };
    match &record.value {
        Some(value) => Ok(out.write_all(value)?),
        None => Err(Failure::Undone("it has no value".to_owned())),
    }
}
