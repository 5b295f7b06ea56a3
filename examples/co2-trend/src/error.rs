use std::fmt;

/// Why an input, a series or a set of outputs was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The bytes are not UTF-8.
    NotText,
    /// The text does not start with this line, or lacks it further down.
    MissingLine(&'static str),
    /// Where `<name> <whole number>` should be, something else is.
    BadField { name: &'static str, found: String },
    /// A histogram line is not `<trend> <count>` in ascending order of trends.
    BadBin(String),
    /// The histogram's counts do not add up to the resamples the header names.
    Miscounted { stated: u32, counted: u64 },
    /// A line of the series is not `YYYYMMDD,<ppm or nothing>`. Lines count from 1, the heading.
    BadRow { line: usize, found: String },
    /// A date of the series is not later than the one before it.
    OutOfOrder { line: usize },
    /// The series has too few months with data to fit the model to.
    TooShort { months: usize },
    /// The block is empty or longer than the series; both in months.
    BadBlock { block: u32, months: usize },
    /// Fewer resamples than tasks, or no task: some task would have nothing to do.
    TooFewResamples { resamples: u32, tasks: usize },
    /// There is no output to combine.
    NoOutputs,
    /// An output belongs to another batch: this field differs from the first output's.
    OtherBatch(&'static str),
    /// Two outputs have the same seed: the same resamples would count twice.
    RepeatedSeed(u64),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotText => write!(f, "not UTF-8 text"),
            Self::MissingLine(line) => write!(f, "expected the line `{line}`"),
            Self::BadField { name, found } => {
                write!(f, "expected `{name} <whole number>`, found `{found}`")
            }
            Self::BadBin(found) => {
                write!(f, "expected `<trend> <count>` with trends ascending and counts above zero, found `{found}`")
            }
            Self::Miscounted { stated, counted } => {
                write!(
                    f,
                    "the histogram holds {counted} resamples, the header says {stated}"
                )
            }
            Self::BadRow { line, found } => {
                write!(f, "series line {line}: expected `YYYYMMDD,<ppm above zero, or nothing>`, found `{found}`")
            }
            Self::OutOfOrder { line } => write!(
                f,
                "series line {line}: the date is not later than the one before it"
            ),
            Self::TooShort { months } => {
                write!(
                    f,
                    "the series has {months} months with data; give at least {}",
                    crate::series::MIN_MONTHS
                )
            }
            Self::BadBlock { block, months } => {
                write!(f, "a block of {block} months does not fit a series of {months}; choose 1 to {months}")
            }
            Self::TooFewResamples { resamples, tasks } => {
                write!(f, "{resamples} resamples cannot be cut into {tasks} tasks; give each task at least one")
            }
            Self::NoOutputs => write!(f, "no outputs to combine; give at least one task's output"),
            Self::OtherBatch(field) => write!(
                f,
                "outputs of different batches: `{field}` differs; combine one batch"
            ),
            Self::RepeatedSeed(seed) => write!(
                f,
                "two outputs have the seed {seed}; give each task's output once"
            ),
        }
    }
}

impl std::error::Error for Error {}
