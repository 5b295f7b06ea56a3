//! What a worker may contribute, and the bytes of it.

use std::sync::OnceLock;

use anchor_lang::prelude::Address;
use assay_market::game::contribution::{blinded, Contribution};

/// The job's seed, the same in the whole model.
pub const SEED: [u8; 32] = [0x5E; 32];
/// The task's number, the same in the whole model.
pub const NUMBER: u32 = 7;

/// A result's digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Digest {
    /// What an honest run of the task gives.
    Right = 1,
    /// A lie.
    A = 2,
    /// Another lie.
    B = 3,
}

impl Digest {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Right, Self::A, Self::B];

    /// Returns the bytes.
    pub fn bytes(self) -> [u8; 32] {
        [0xD0 | self as u8; 32]
    }

    /// Returns the digest with these bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|digest| digest.bytes() == *bytes)
    }

    /// Returns the digest with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|digest| *digest as u8 == number)
    }

    /// Returns the memory hash `Q` of a run that gives this digest, or one that nobody computed.
    pub fn memory(self, fake: bool) -> [u8; 32] {
        [if fake { 0xFA } else { 0x90 | self as u8 }; 32]
    }
}

/// What a seat contributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Answer {
    /// Nothing.
    None = 0,
    /// The right result, from a run.
    Right = 1,
    /// A lie.
    A = 2,
    /// Another lie.
    B = 3,
    /// The agreement hash of the right result, with a seal that is not its own.
    CopyRight = 4,
    /// The agreement hash of the lie `A`, with a seal that is not its own.
    CopyA = 5,
    /// The public digest with an invented memory hash, sealed correctly: a blind seat that did not run.
    Lazy = 6,
}

impl Answer {
    /// What can be contributed before anything is public.
    pub const PLAIN: [Self; 5] = [Self::Right, Self::A, Self::B, Self::CopyRight, Self::CopyA];
    /// What can be contributed over a public result.
    pub const BLIND: [Self; 6] = [
        Self::Right,
        Self::A,
        Self::B,
        Self::CopyRight,
        Self::CopyA,
        Self::Lazy,
    ];

    /// Returns the answer with this number.
    pub fn from_number(number: u8) -> Self {
        let found = Self::BLIND.into_iter().find(|a| *a as u8 == number);
        found.unwrap_or(Self::None)
    }

    /// Returns the digest that the answer names. A lazy seat names the public one.
    pub fn digest(self, public: Option<Digest>) -> Option<Digest> {
        match self {
            Self::None => None,
            Self::Right | Self::CopyRight => Some(Digest::Right),
            Self::A | Self::CopyA => Some(Digest::A),
            Self::B => Some(Digest::B),
            Self::Lazy => public,
        }
    }

    /// Returns the answer that names this digest honestly sealed.
    pub fn of(digest: Digest) -> Self {
        Self::from_number(digest as u8)
    }

    /// Returns whether the seal is the worker's own.
    pub fn is_sealed(self) -> bool {
        !matches!(self, Self::None | Self::CopyRight | Self::CopyA)
    }
}

/// Who acts. Each has its own address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worker {
    /// Of a seat in the job's account.
    Seat(usize),
    /// Of the check.
    Check,
    /// Who contradicts; the number of the round minus one.
    Challenger(usize),
    /// Of a seat in a round; the number of the round minus one, and the seat.
    Round(usize, usize),
}

const ROUND_WORKERS: usize = 5;
const WORKERS: usize = 6 + 2 * ROUND_WORKERS;

impl Worker {
    fn index(self) -> usize {
        match self {
            Self::Seat(seat) => seat,
            Self::Check => 3,
            Self::Challenger(round) => 4 + round,
            Self::Round(round, seat) => 6 + round * ROUND_WORKERS + seat,
        }
    }

    /// Returns the address.
    pub fn address(self) -> Address {
        Address::new_from_array([self.index() as u8 + 1; 32])
    }

    /// Returns what the worker sends for an answer: plain, or blinded once `public` is known to all.
    pub fn contribution(self, answer: Answer, public: Option<Digest>) -> Contribution {
        let form = public.map_or(0, |digest| digest as usize);
        table()[(self.index() * 4 + form) * 7 + answer as usize]
    }
}

/// Every contribution of the model: hashing is most of its work, and these never change.
fn table() -> &'static [Contribution] {
    static TABLE: OnceLock<Vec<Contribution>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Vec::with_capacity(WORKERS * 28);
        for worker in 0..WORKERS {
            let address = Address::new_from_array([worker as u8 + 1; 32]);
            for form in 0..4u8 {
                for answer in 0..7u8 {
                    let public = Digest::from_number(form);
                    table.push(compute(&address, Answer::from_number(answer), public));
                }
            }
        }
        table
    })
}

fn compute(worker: &Address, answer: Answer, public: Option<Digest>) -> Contribution {
    let Some(digest) = answer.digest(public) else {
        return Contribution {
            hash: [0; 32],
            seal: [0; 32],
        };
    };
    let value = match public {
        None => digest.bytes(),
        Some(_) => blinded(&digest.bytes(), &digest.memory(answer == Answer::Lazy)),
    };
    let mut contribution = Contribution::new(&SEED, NUMBER, worker, &value);
    if !answer.is_sealed() {
        contribution.seal = [0xBA; 32];
    }
    contribution
}
