//! What a parent and its child say to each other over pipes. All numbers are little-endian.
//!
//! - To the child: a start of [`START_BYTES`], which limits it; then the request, whose parts are blobs: a length of 8 bytes, and
//!   so many bytes.
//! - From the child: a greeting of [`READY_BYTES`], which says how it is protected; then the answer, to the end of the pipe.
//!
//! The child believes its parent. The parent believes nothing: a child that runs a stranger's program may be the stranger's.

use std::io::{self, Read};

use super::protect::Protections;
use super::Probe;
use crate::{ExitStatus, Limits, ModuleHash, RunOutput, LOG_BYTES};

/// First bytes in both directions: both must be of the same release.
const MAGIC: [u8; 8] = *b"assay\0c1";
/// Length of a start.
pub(super) const START_BYTES: usize = MAGIC.len() + 4 * 8;
/// Length of a greeting.
pub(super) const READY_BYTES: usize = MAGIC.len() + 4;
/// Most bytes of an answer besides what its request allows.
const ANSWER_BYTES: usize = 4 << 10;
/// Most bytes of compiled code: a bound for the parent's memory, not a measure.
const CODE_BYTES: usize = 512 << 20;

/// What a child may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Start {
    /// Writable memory that it may add, in bytes.
    pub(super) data_bytes: u64,
    /// Addresses that it may add, in bytes, used or only reserved.
    pub(super) address_bytes: u64,
    /// Processor time of the whole child, in seconds.
    pub(super) cpu_seconds: u64,
    /// Most open descriptors that the child may allow itself later: 3 except for a probe.
    pub(super) descriptors: u64,
}

impl Start {
    pub(super) fn to_bytes(self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        for number in [
            self.data_bytes,
            self.address_bytes,
            self.cpu_seconds,
            self.descriptors,
        ] {
            bytes.extend(number.to_le_bytes());
        }
        bytes
    }

    /// Reads a start.
    ///
    /// # Errors
    /// Those of the pipe, and [`io::ErrorKind::InvalidData`] if the parent is of another release.
    pub(super) fn read(from: &mut impl Read) -> io::Result<Self> {
        let mut bytes = [0; START_BYTES];
        from.read_exact(&mut bytes)?;
        let mut fields = Fields(&bytes);
        let mut read = || {
            fields.magic()?;
            Ok(Self {
                data_bytes: fields.u64()?,
                address_bytes: fields.u64()?,
                cpu_seconds: fields.u64()?,
                descriptors: fields.u64()?,
            })
        };
        read().map_err(|Garbage(reason)| io::Error::new(io::ErrorKind::InvalidData, reason))
    }
}

/// What a run is to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    Result,
    /// The hash of the memory after so much fuel.
    MemoryHash {
        stop_fuel: u64,
    },
}

/// What a child is to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Request<Bytes> {
    /// Compile a module.
    Compile { module: Bytes },
    /// Run compiled code.
    Run {
        code: Bytes,
        input: Bytes,
        module: ModuleHash,
        limits: Limits,
        memory_key: [u8; 32],
        goal: Goal,
    },
    /// Try what a child must not be able to do. Somebody listens on this port of the loopback address.
    Probe { port: u16 },
}

impl<'a> Request<&'a [u8]> {
    /// Returns the request in parts, to be written one after another.
    pub(super) fn to_parts(&self) -> Vec<Part<'a>> {
        let mut head = Vec::new();
        let blobs = match self {
            Self::Compile { module } => {
                head.push(0);
                vec![*module]
            }
            Self::Run {
                code,
                input,
                module,
                limits,
                memory_key,
                goal,
            } => {
                head.push(1);
                head.extend(module);
                for number in [limits.fuel, limits.memory_bytes, limits.output_bytes] {
                    head.extend(number.to_le_bytes());
                }
                head.extend(memory_key);
                let (kind, stop_fuel) = match goal {
                    Goal::Result => (0, 0),
                    Goal::MemoryHash { stop_fuel } => (1, *stop_fuel),
                };
                head.push(kind);
                head.extend(stop_fuel.to_le_bytes());
                vec![*code, *input]
            }
            Self::Probe { port } => {
                head.push(2);
                head.extend(port.to_le_bytes());
                Vec::new()
            }
        };
        let mut parts = vec![length_of(&head), Part::Own(head)];
        for blob in blobs {
            parts.extend([length_of(blob), Part::Lent(blob)]);
        }
        parts
    }
}

/// Some bytes of a request.
pub(super) enum Part<'a> {
    Own(Vec<u8>),
    Lent(&'a [u8]),
}

impl Part<'_> {
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Own(bytes) => bytes,
            Self::Lent(bytes) => bytes,
        }
    }
}

fn length_of<'a>(blob: &[u8]) -> Part<'a> {
    Part::Own((blob.len() as u64).to_le_bytes().to_vec())
}

impl Request<Vec<u8>> {
    /// Reads a request.
    ///
    /// # Errors
    /// Those of the pipe, and [`io::ErrorKind::InvalidData`], [`io::ErrorKind::OutOfMemory`].
    pub(super) fn read(from: &mut impl Read) -> io::Result<Self> {
        let head = read_blob(from)?;
        let mut fields = Fields(&head);
        let invalid = |Garbage(reason)| io::Error::new(io::ErrorKind::InvalidData, reason);
        Ok(match fields.u8().map_err(invalid)? {
            0 => Self::Compile {
                module: read_blob(from)?,
            },
            1 => {
                let mut read = || -> Result<_, Garbage> {
                    let module = fields.hash()?;
                    let limits = Limits {
                        fuel: fields.u64()?,
                        memory_bytes: fields.u64()?,
                        output_bytes: fields.u64()?,
                    };
                    let memory_key = fields.hash()?;
                    let goal = match (fields.u8()?, fields.u64()?) {
                        (0, _) => Goal::Result,
                        (_, stop_fuel) => Goal::MemoryHash { stop_fuel },
                    };
                    Ok((module, limits, memory_key, goal))
                };
                let (module, limits, memory_key, goal) = read().map_err(invalid)?;
                Self::Run {
                    code: read_blob(from)?,
                    input: read_blob(from)?,
                    module,
                    limits,
                    memory_key,
                    goal,
                }
            }
            _ => Self::Probe {
                port: fields.u16().map_err(invalid)?,
            },
        })
    }
}

/// Reads a length and so many bytes.
fn read_blob(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 8];
    from.read_exact(&mut length)?;
    let length = usize::try_from(u64::from_le_bytes(length)).unwrap_or(usize::MAX);
    let mut blob = Vec::new();
    // Short of memory, the child says so instead of being aborted.
    blob.try_reserve_exact(length)
        .map_err(|_| io::ErrorKind::OutOfMemory)?;
    let read = from.take(length as u64).read_to_end(&mut blob)?;
    if read < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(blob)
}

/// Returns the greeting of a child with these protections.
pub(super) fn ready(protections: Protections) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(protections.bits().to_le_bytes());
    bytes
}

/// What a child found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The module's compiled code.
    Code(Vec<u8>),
    /// The module is invalid, for this reason.
    Invalid(String),
    Output(RunOutput),
    MemoryHash([u8; 32]),
    /// This machine, not the program, is the reason that there is no result.
    Failed(String),
    Probe(Probe),
}

/// Why bytes are no message.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Garbage(pub(super) &'static str);

impl Answer {
    /// Returns the answer in parts, to be written one after another.
    pub(super) fn to_parts(&self) -> Vec<Part<'_>> {
        let own = |kind: u8, body: &[u8]| Part::Own([&[kind], body].concat());
        match self {
            Self::Code(code) => vec![own(0, &[]), Part::Lent(code)],
            Self::Invalid(reason) => vec![own(1, cut(reason))],
            Self::Output(output) => {
                let mut head = vec![2];
                head.extend(output.exit.code().to_le_bytes());
                head.extend(output.fuel_used.to_le_bytes());
                head.extend(output.memory_hash);
                head.extend((output.output.len() as u64).to_le_bytes());
                vec![
                    Part::Own(head),
                    Part::Lent(&output.output),
                    Part::Lent(&output.log),
                ]
            }
            Self::MemoryHash(hash) => vec![own(3, hash)],
            Self::Failed(reason) => vec![own(4, cut(reason))],
            Self::Probe(probe) => vec![own(5, &probe.to_bytes())],
        }
    }
}

/// Returns as much of a reason as an answer may hold.
fn cut(reason: &str) -> &[u8] {
    let bytes = reason.as_bytes();
    bytes.get(..ANSWER_BYTES / 2).unwrap_or(bytes)
}

/// Returns how many bytes a child may say to a request: a parent reads one more at most.
pub(super) fn reply_limit(request: &Request<&[u8]>) -> usize {
    let allowed = match request {
        Request::Compile { .. } => CODE_BYTES,
        Request::Run { limits, .. } => {
            let output = usize::try_from(limits.output_bytes).unwrap_or(usize::MAX);
            output.saturating_add(LOG_BYTES)
        }
        Request::Probe { .. } => 0,
    };
    allowed.saturating_add(READY_BYTES + ANSWER_BYTES)
}

/// Reads all that a child has said.
///
/// # Errors
/// [`Garbage`]: what it said is no answer to `request`, or none within its limits.
pub(super) fn read_reply(
    mut reply: Vec<u8>,
    request: &Request<&[u8]>,
) -> Result<(Protections, Answer), Garbage> {
    let mut fields = Fields(&reply);
    fields.magic()?;
    let protections = Protections::from_bits(fields.u32()?);
    let kind = fields.u8()?;
    let start = READY_BYTES + 1;
    let answer = match (kind, request) {
        (0, Request::Compile { .. }) => {
            reply.drain(..start);
            Answer::Code(reply)
        }
        (1, Request::Compile { .. }) => Answer::Invalid(fields.text()),
        (
            2,
            Request::Run {
                limits,
                goal: Goal::Result,
                ..
            },
        ) => {
            let output = fields.output()?;
            check_output(&output, limits)?;
            Answer::Output(output)
        }
        (
            3,
            Request::Run {
                goal: Goal::MemoryHash { .. },
                ..
            },
        ) => Answer::MemoryHash(fields.last(Fields::hash)?),
        (4, _) => Answer::Failed(fields.text()),
        (5, Request::Probe { .. }) => Answer::Probe(Probe::from_bytes(fields.0, protections)?),
        _ => return Err(Garbage("it answered another question")),
    };
    Ok((protections, answer))
}

/// Checks that a run may end so: a result beyond the limits of its job would be a lie.
fn check_output(output: &RunOutput, limits: &Limits) -> Result<(), Garbage> {
    let is_code = matches!(output.exit, ExitStatus::Code(_));
    let fits = output.output.len() as u64 <= limits.output_bytes
        && output.fuel_used <= limits.fuel
        && output.log.len() <= LOG_BYTES
        && (is_code || output.output.is_empty());
    let may_run = !matches!(output.exit, ExitStatus::NoInput | ExitStatus::InvalidModule);
    if fits && may_run {
        Ok(())
    } else {
        Err(Garbage("its result is beyond the limits of the job"))
    }
}

/// Reads fields one after another.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Garbage> {
        let (field, rest) = self
            .0
            .split_first_chunk::<N>()
            .ok_or(Garbage("it ended in the middle"))?;
        self.0 = rest;
        Ok(*field)
    }

    fn magic(&mut self) -> Result<(), Garbage> {
        if self.take()? == MAGIC {
            Ok(())
        } else {
            Err(Garbage("it is of another release"))
        }
    }

    pub(super) fn u8(&mut self) -> Result<u8, Garbage> {
        Ok(u8::from_le_bytes(self.take()?))
    }

    fn u16(&mut self) -> Result<u16, Garbage> {
        Ok(u16::from_le_bytes(self.take()?))
    }

    pub(super) fn u32(&mut self) -> Result<u32, Garbage> {
        Ok(u32::from_le_bytes(self.take()?))
    }

    fn u64(&mut self) -> Result<u64, Garbage> {
        Ok(u64::from_le_bytes(self.take()?))
    }

    fn hash(&mut self) -> Result<[u8; 32], Garbage> {
        self.take()
    }

    /// Reads the last field: nothing may follow it.
    pub(super) fn last<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Garbage>,
    ) -> Result<T, Garbage> {
        let field = read(self)?;
        if self.0.is_empty() {
            Ok(field)
        } else {
            Err(Garbage("more follows its answer"))
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(self.0).into_owned()
    }

    fn output(&mut self) -> Result<RunOutput, Garbage> {
        let exit = ExitStatus::from_code(self.u32()?).ok_or(Garbage("no such exit code"))?;
        let (fuel_used, memory_hash) = (self.u64()?, self.hash()?);
        let length = usize::try_from(self.u64()?).unwrap_or(usize::MAX);
        let (output, log) = self
            .0
            .split_at_checked(length)
            .ok_or(Garbage("its output is cut off"))?;
        Ok(RunOutput {
            exit,
            output: output.to_vec(),
            fuel_used,
            memory_hash,
            log: log.to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        fuel: 10,
        memory_bytes: 20,
        output_bytes: 3,
    };

    fn run(goal: Goal) -> Request<&'static [u8]> {
        Request::Run {
            code: b"code",
            input: b"input",
            module: [1; 32],
            limits: LIMITS,
            memory_key: [2; 32],
            goal,
        }
    }

    fn joined(parts: &[Part<'_>]) -> Vec<u8> {
        parts.iter().flat_map(Part::bytes).copied().collect()
    }

    fn output() -> RunOutput {
        RunOutput {
            exit: ExitStatus::Code(3),
            output: b"out".to_vec(),
            fuel_used: 10,
            memory_hash: [4; 32],
            log: b"log".to_vec(),
        }
    }

    /// Returns what the parent reads of this answer to `request`.
    fn reply(answer: &Answer, request: &Request<&[u8]>) -> Result<Answer, Garbage> {
        let mut bytes = ready(Protections::default());
        bytes.extend(joined(&answer.to_parts()));
        read_reply(bytes, request).map(|(_, answer)| answer)
    }

    #[test]
    fn a_start_and_a_request_read_back() {
        let start = Start {
            data_bytes: 1,
            address_bytes: 2,
            cpu_seconds: 3,
            descriptors: 4,
        };
        assert_eq!(Start::read(&mut &start.to_bytes()[..]).unwrap(), start);
        let other = [&b"another!"[..], &start.to_bytes()[8..]].concat();
        assert!(Start::read(&mut &other[..]).is_err());
        for goal in [Goal::Result, Goal::MemoryHash { stop_fuel: 7 }] {
            let bytes = joined(&run(goal).to_parts());
            let expected = Request::Run {
                code: b"code".to_vec(),
                input: b"input".to_vec(),
                module: [1; 32],
                limits: LIMITS,
                memory_key: [2; 32],
                goal,
            };
            assert_eq!(Request::read(&mut &bytes[..]).unwrap(), expected);
            assert!(Request::read(&mut &bytes[..bytes.len() - 1]).is_err());
        }
    }

    #[test]
    fn an_answer_reads_back_if_it_is_one_to_the_question() {
        let (result, hash) = (run(Goal::Result), run(Goal::MemoryHash { stop_fuel: 7 }));
        let compile = Request::Compile {
            module: &b"module"[..],
        };
        let answers = [
            (&result, Answer::Output(output())),
            (&hash, Answer::MemoryHash([5; 32])),
            (&compile, Answer::Code(b"code".to_vec())),
            (&compile, Answer::Invalid("no".into())),
        ];
        for (index, (request, answer)) in answers.iter().enumerate() {
            assert_eq!(reply(answer, request).as_ref(), Ok(answer));
            for (other, _) in answers.iter().filter(|(other, _)| other != request) {
                assert!(reply(answer, other).is_err(), "{index}");
            }
        }
        let failed = Answer::Failed("no memory".into());
        assert_eq!(reply(&failed, &result), Ok(failed));
    }

    #[test]
    fn a_result_beyond_the_limits_is_none() {
        let change: [fn(&mut RunOutput); 6] = [
            |run| run.output.push(1),
            |run| run.fuel_used = 11,
            |run| run.log = vec![0; LOG_BYTES + 1],
            |run| run.exit = ExitStatus::Trap,
            |run| (run.exit, run.output) = (ExitStatus::InvalidModule, Vec::new()),
            |run| (run.exit, run.output) = (ExitStatus::NoInput, Vec::new()),
        ];
        for (index, change) in change.iter().enumerate() {
            let mut output = output();
            change(&mut output);
            let found = reply(&Answer::Output(output), &run(Goal::Result));
            assert!(found.is_err(), "{index}");
        }
    }

    #[test]
    fn half_an_answer_and_one_of_another_release_are_none() {
        let request = run(Goal::MemoryHash { stop_fuel: 7 });
        let mut bytes = ready(Protections::default());
        bytes.extend(joined(&Answer::MemoryHash([5; 32]).to_parts()));
        for length in 0..bytes.len() {
            assert!(read_reply(bytes[..length].to_vec(), &request).is_err());
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert!(read_reply(longer, &request).is_err());
        bytes[7] += 1;
        assert!(read_reply(bytes, &request).is_err());
    }

    #[test]
    fn what_a_child_may_say_follows_from_its_request() {
        let small = reply_limit(&Request::Probe { port: 1 });
        assert_eq!(reply_limit(&run(Goal::Result)), small + 3 + LOG_BYTES);
        let mut endless = LIMITS;
        endless.output_bytes = u64::MAX;
        let request = Request::Run {
            code: &b""[..],
            input: &b""[..],
            module: [1; 32],
            limits: endless,
            memory_key: [2; 32],
            goal: Goal::Result,
        };
        assert_eq!(reply_limit(&request), usize::MAX);
    }
}
