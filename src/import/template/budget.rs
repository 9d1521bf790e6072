//! How much a file may cost.

use std::cell::Cell;

use super::Fault;
use crate::import::at::At;

/// Items of all loops together.
pub(in crate::import) const MAX_COPIES: usize = 10_000;
/// Levels of evaluation: of the tree, of expressions, of variables.
const MAX_DEPTH: usize = 128;
/// Nodes and bytes that are gone over and made; what is kept of a file in memory, too.
const MAX_WORK: usize = 100_000_000;

/// What is left for a file.
#[derive(Debug)]
pub(in crate::import) struct Budget {
    copies: Cell<usize>,
    work: Cell<usize>,
    depth: Cell<usize>,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            copies: Cell::new(MAX_COPIES),
            work: Cell::new(MAX_WORK),
            depth: Cell::new(0),
        }
    }
}

impl Budget {
    pub(super) fn copies(&self, count: usize, at: &At) -> Result<(), Fault> {
        let left = self.copies.get().checked_sub(count);
        let left = left.ok_or_else(|| {
            Fault::new(
                at,
                format!("the loops of this file make more than {MAX_COPIES} items together"),
            )
        })?;
        self.copies.set(left);
        Ok(())
    }

    pub(super) fn work(&self, units: usize, at: &At) -> Result<(), Fault> {
        let left = self.work.get().checked_sub(units);
        let left =
            left.ok_or_else(|| Fault::new(at, "this file takes too much work to be evaluated"))?;
        self.work.set(left);
        Ok(())
    }

    /// One level deeper.
    pub(super) fn deeper<T>(
        &self,
        at: &At,
        evaluate: impl FnOnce() -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let depth = self.depth.get() + 1;
        if depth > MAX_DEPTH {
            let message = format!("nests deeper than {MAX_DEPTH} levels");
            return Err(Fault::new(at, message));
        }
        self.depth.set(depth);
        let evaluated = evaluate();
        self.depth.set(depth - 1);
        evaluated
    }
}
