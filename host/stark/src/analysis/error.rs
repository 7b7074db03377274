use alloc::string::String;

use thiserror::Error;

use super::shape::MAX_DEGREE;

/// A table that cannot be proven as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AnalysisError {
    /// A constraint's degree is too high.
    #[error(
        "constraint `{label}` has degree {degree}; at most {MAX_DEGREE} is possible: name a part of it in a column of its own"
    )]
    ConstraintDegree {
        /// The constraint's label.
        label: String,
        /// Its degree.
        degree: usize,
    },
    /// A message's degree is too high.
    #[error(
        "interaction {index}, on bus `{bus}`, has fields of degree {fields} and a multiplicity of degree \
         {multiplicity}; fields may have at most {}, the multiplicity at most {MAX_DEGREE}", MAX_DEGREE - 1
    )]
    InteractionDegree {
        /// Which interaction of the table.
        index: usize,
        /// Its bus.
        bus: String,
        /// Highest degree of a field.
        fields: usize,
        /// Degree of the multiplicity.
        multiplicity: usize,
    },
    /// A message reads a selector.
    #[error(
        "interaction {index}, on bus `{bus}`, depends on `{selector}`: messages may not, but on columns and public values"
    )]
    InteractionSelector {
        /// Which interaction of the table.
        index: usize,
        /// Its bus.
        bus: String,
        /// The selector.
        selector: &'static str,
    },
    /// Two messages of a bus have different numbers of fields.
    #[error("interaction {index} has {found} fields on bus `{bus}`, where another has {expected}")]
    MessageWidth {
        /// Which interaction of the table.
        index: usize,
        /// The bus.
        bus: String,
        /// Number of fields of the first message.
        expected: usize,
        /// Number of fields of this message.
        found: usize,
    },
}
