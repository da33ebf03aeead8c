//! What can go wrong when a measurement is described.

/// Errors of operators and of the text that chooses them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OperatorError {
    /// The text is not of the form `name:key=value,…`.
    #[error("cannot read `{text}`: {reason}; write it like `gaussian-blur:size=61,std=3`")]
    Syntax {
        /// What was written.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No operator or sampler of that name.
    #[error("there is no {what} called `{name}`; known: {known}")]
    Unknown {
        /// "operator" or "sampler".
        what: &'static str,
        /// The name asked for.
        name: String,
        /// The registered names.
        known: String,
    },
    /// A parameter is unknown, missing or out of range.
    #[error("`{name}`: parameter `{key}`: {reason}")]
    Parameter {
        /// The family.
        name: String,
        /// The parameter.
        key: String,
        /// What is wrong and what is allowed.
        reason: String,
    },
    /// An input the operator needs was not supplied.
    #[error("`{name}` needs {what}")]
    Missing {
        /// The operator.
        name: String,
        /// What it needs.
        what: String,
    },
    /// Sizes do not fit together.
    #[error("`{name}`: {what} is {found}, but {expected} is needed")]
    Size {
        /// The operator.
        name: String,
        /// Which thing has the wrong size.
        what: String,
        /// Its size.
        found: String,
        /// What would fit.
        expected: String,
    },
    /// Noise that cannot be.
    #[error("{reason}")]
    Noise {
        /// What is wrong and what is allowed.
        reason: String,
    },
    /// A blur kernel that cannot be used.
    #[error("the blur kernel cannot be used: {reason}")]
    Kernel {
        /// Why, and what would do.
        reason: String,
    },
}
