//! As much Markdown as our documents are written in.

/// A fenced block: the words behind the fence, the heading above it, and what it holds.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) info: String,
    pub(super) heading: String,
    pub(super) text: String,
}

/// The fenced blocks, in their order.
pub(super) fn blocks(document: &str) -> Vec<Block> {
    let (mut found, mut heading) = (Vec::new(), String::new());
    let mut open: Option<Block> = None;
    for line in document.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, Some(info)) => {
                open = Some(Block {
                    info: info.to_owned(),
                    heading: heading.clone(),
                    text: String::new(),
                });
            }
            (None, None) if line.starts_with('#') => line.clone_into(&mut heading),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed: {open:?}");
    found
}

/// The one block with these words behind its fence.
pub(super) fn block(document: &str, info: &str) -> String {
    let mut found = blocks(document)
        .into_iter()
        .filter(|block| block.info == info);
    let block = found.next().unwrap_or_else(|| panic!("no block `{info}`"));
    assert!(found.next().is_none(), "two blocks `{info}`");
    block.text
}

/// The rows of the table under a heading, without its head.
pub(super) fn table(document: &str, heading: &str) -> Vec<Vec<String>> {
    let rows: Vec<Vec<String>> = below(document, heading)
        .filter(|line| line.starts_with('|'))
        .map(cells)
        .collect();
    assert!(rows.len() > 2, "no table under {heading}");
    rows.into_iter().skip(2).collect()
}

/// The lines between a heading and the next one.
pub(super) fn below<'a>(document: &'a str, heading: &'a str) -> impl Iterator<Item = &'a str> {
    document
        .lines()
        .skip_while(move |line| *line != heading)
        .skip(1)
        .take_while(|line| !line.starts_with('#'))
}

/// The headings, without their signs.
pub(super) fn headings(document: &str) -> Vec<String> {
    document
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| line.trim_start_matches('#').trim().to_owned())
        .collect()
}

/// What stands in backticks, in its order.
pub(super) fn quoted(text: &str) -> Vec<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

fn cells(line: &str) -> Vec<String> {
    let inner = line.trim().trim_start_matches('|').trim_end_matches('|');
    inner
        .split('|')
        .map(|cell| cell.trim().to_owned())
        .collect()
}
