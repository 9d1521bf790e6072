//! What the documents name exists: reasons, readiness lines, metrics, tests.

use firebell::reason::{Reason, Stage};
use firebell::telemetry::catalogue::CATALOGUE;

use super::markdown::{blocks, headings, quoted, table};
use super::{none, root, sources, text_of};

#[test]
fn the_runbook_has_every_reason_and_stage() {
    let runbook = text_of("docs/runbook.md");
    let headings = headings(&runbook);
    let reasons = Reason::ALL.map(Reason::label);
    let missing: Vec<String> = reasons
        .into_iter()
        .filter(|label| !headings.contains(&format!("`{label}`")))
        .map(str::to_owned)
        .collect();
    none(&missing, "docs/runbook.md needs a heading for each reason:");
    for stage in Stage::ALL {
        let label = stage.label();
        assert!(runbook.contains(&format!("`{label}`")), "stage {label}");
    }
}

/// A line of `/readyz` is made in one of these files: a new one needs an entry.
#[test]
fn the_runbook_has_every_line_of_readiness() {
    let headings = headings(&text_of("docs/runbook.md"));
    let code = text_of("src/health.rs")
        + &text_of("src/health/writes.rs")
        + &text_of("src/consume/working.rs")
        + &text_of("src/consume/context.rs")
        + &text_of("src/consume/trouble.rs")
        + &text_of("src/settle/flood.rs");
    for (line, heading) in [
        ("draining: about to end", "draining: about to end"),
        ("no partitions assigned yet", "no partitions assigned yet"),
        ("not polled for", "not polled for …"),
        ("no broker can be reached", "no broker can be reached"),
        ("no way into the cluster", "no way into the cluster: …"),
        (
            "no longer a member of its group: joining it again",
            "no longer a member of its group: joining it again",
        ),
        ("the cluster has no topic", "the cluster has no topic …"),
        ("is not read", "… is not read: …"),
        ("the group's coordinator", "the group's coordinator …"),
        ("cannot write to", "cannot write to …"),
        (
            "too many dead letters; more of them wait in",
            "too many dead letters; more of them wait in …",
        ),
    ] {
        assert!(code.contains(line), "{line}: no longer said");
        assert!(
            headings.iter().any(|one| one.ends_with(heading)),
            "docs/runbook.md needs a heading: {heading}"
        );
    }
    let lines = text_of("src/health.rs").matches("problems.push(").count();
    assert_eq!(lines, 4, "a line of readiness was added: give it an entry");
}

#[test]
fn every_metric_of_an_expression_is_in_the_catalogue() {
    let expressions = blocks(&text_of("docs/runbook.md"))
        .into_iter()
        .filter(|block| block.info == "promql");
    let mut seen = 0;
    for block in expressions {
        let words = block
            .text
            .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .filter(|word| word.starts_with("firebell_"));
        for word in words {
            let series = ["", "_bucket", "_sum", "_count"];
            let known = CATALOGUE.iter().any(|metric| {
                let is = |end: &str| word.strip_suffix(end) == Some(metric.name);
                series.into_iter().any(is)
            });
            assert!(known, "{}: no metric {word}", block.heading);
            seen += 1;
        }
    }
    assert!(seen > 5, "only {seen} metrics in expressions");
}

#[test]
fn the_architecture_names_a_test_for_each_invariant() {
    let rows = table(&text_of("ARCHITECTURE.md"), "## Invariants");
    assert_eq!(rows.len(), 12, "twelve invariants");
    let mut wrong = Vec::new();
    for row in &rows {
        let tests: Vec<String> = quoted(&row[2])
            .into_iter()
            .filter(|name| name.contains("::"))
            .collect();
        if tests.is_empty() {
            wrong.push(format!("invariant {} has no test", row[0]));
        }
        for name in &tests {
            let (file, claim) = name.rsplit_once("::").unwrap();
            let found = std::fs::read_to_string(root().join(file))
                .is_ok_and(|text| text.contains(&format!("fn {claim}(")));
            if !found {
                wrong.push(format!("invariant {}: no test {name}", row[0]));
            }
        }
    }
    none(&wrong, "ARCHITECTURE.md names tests:");
}

/// What is compiled in from outside `src` must be in the image's build.
#[test]
fn the_image_has_what_is_compiled_in() {
    let (image, ignored) = (text_of("Dockerfile"), text_of(".dockerignore"));
    let mut seen = 0;
    for (path, text) in sources() {
        for rest in text.split("include_str!(\"").skip(1) {
            let file = rest.split('"').next().unwrap().trim_start_matches("../");
            let folder = file.split('/').next().unwrap();
            let copied = image.contains(&format!("COPY {folder} {folder}\n"));
            assert!(copied, "{path}: the image does not copy {folder}");
            assert!(
                ignored.contains(&format!("!{folder}\n")),
                "{path}: {folder}"
            );
            seen += 1;
        }
    }
    assert!(seen > 2, "only {seen} files are compiled in");
}

#[test]
fn the_image_has_a_stand_in_for_each_benchmark() {
    let image = text_of("Dockerfile");
    let manifest = text_of("Cargo.toml");
    let benchmarks: Vec<String> = manifest
        .split("[[bench]]\nname = \"")
        .skip(1)
        .filter_map(|rest| Some(format!("benches/{}.rs", rest.split('"').next()?)))
        .filter(|path| !image.contains(&**path))
        .collect();
    none(&benchmarks, "the Dockerfile's first build wants:");
}
