/// What a check leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Omission<'a> {
    /// Of which table, counted from 0.
    pub table: usize,
    /// What of it.
    pub part: Part<'a>,
}

/// A part of a table that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// The constraint with this label; all of them if several have it.
    Constraint(&'a str),
    /// This interaction, counted from 0.
    Interaction(usize),
}
