//! The ids of the document are those of the code, and of the document's own few lines of shell.

use std::process::Command;

use firebell::deliver::Identity;

use super::markdown::{block, table};
use super::text_of;

#[test]
fn the_documented_ids_are_computed_alike_by_the_program_and_by_the_shell() {
    let document = text_of("docs/ids.md");
    let script = block(&document, "sh ids");
    let rows = table(&document, "## Examples");
    assert!(rows.len() >= 8, "only {} examples", rows.len());
    for row in rows {
        let cells: Vec<&str> = row.iter().map(|cell| cell.trim_matches('`')).collect();
        let [
            event,
            timestamp,
            place,
            automation,
            workflow,
            event_id,
            delivery_id,
        ] = cells[..]
        else {
            panic!("seven columns, not {row:?}");
        };
        let expected = format!("{event_id}\n{delivery_id}\n");
        let at = (timestamp != "none").then(|| timestamp.parse().unwrap());
        let identity = Identity::new(event.as_bytes(), at, place.parse().unwrap());
        let delivery = identity.delivery_id(automation, workflow);
        assert_eq!(format!("{}\n{delivery}\n", identity.event_id()), expected);
        let fields = [
            ("EVENT", event),
            ("TIMESTAMP", if at.is_some() { timestamp } else { "" }),
            ("PLACE", place),
            ("AUTOMATION", automation),
            ("WORKFLOW", workflow),
        ];
        let mut shell = Command::new("sh");
        let said = shell.arg("-c").arg(&script).envs(fields).output().unwrap();
        assert_eq!(String::from_utf8(said.stdout).unwrap(), expected);
    }
}
