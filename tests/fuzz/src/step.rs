//! One step of a sequence: numbers that say what is sent, and how it is bent.

use crate::cast;
use assay_client::{Address, Instruction};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// One transaction of a sequence, or nothing but time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Seconds that pass before it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub wait: u64,
    /// The name of an entry; empty for time alone.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub call: Cow<'static, str>,
    /// What the entry builds the transaction from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<u64>,
    /// What an attacker changes about the transaction.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub twists: Vec<Twist>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Step {
    /// Returns a step that lets time pass.
    pub fn pause(seconds: u64) -> Self {
        Self {
            wait: seconds,
            call: Cow::Borrowed(""),
            with: Vec::new(),
            twists: Vec::new(),
        }
    }

    /// Returns a step without a wait and as an honest client would send it.
    pub fn call(name: &'static str, with: Vec<u64>) -> Self {
        Self {
            wait: 0,
            call: Cow::Borrowed(name),
            with,
            twists: Vec::new(),
        }
    }

    /// Returns whether it is nothing but time.
    pub fn is_pause(&self) -> bool {
        self.call.is_empty()
    }
}

/// A change of the last instruction of a transaction. Numbers beyond its accounts or its data are taken modulo their number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Twist {
    /// Another account in the place.
    Account {
        /// Which account of the instruction.
        place: u64,
        /// Number of the address, see [`cast::address`].
        code: u64,
    },
    /// The account of another place a second time.
    Duplicate {
        /// Which account is replaced.
        place: u64,
        /// By which.
        from: u64,
    },
    /// A copy of the account, owned by an attacker's program.
    Forged {
        /// Which account is copied.
        place: u64,
    },
    /// No signature.
    Unsigned {
        /// Of which account.
        place: u64,
    },
    /// Not writable.
    ReadOnly {
        /// Which account.
        place: u64,
    },
    /// One account less.
    Missing {
        /// Which account.
        place: u64,
    },
    /// Other eight bytes of arguments, or as many as there are behind the offset.
    Data {
        /// Where, behind the discriminator.
        offset: u64,
        /// What.
        value: u64,
    },
    /// Fewer bytes of arguments.
    Short {
        /// How many less.
        bytes: u64,
    },
    /// The same instruction twice.
    Again,
}

impl Twist {
    /// Changes the instructions of a transaction. `forge` makes the copy of an account.
    pub fn apply(
        &self,
        instructions: &mut Vec<Instruction>,
        forge: &mut dyn FnMut(&Address) -> Option<Address>,
    ) {
        let Some(last) = instructions.last_mut() else {
            return;
        };
        let accounts = last.accounts.len();
        let data = last.data.len();
        let index = |number: u64, of: usize| {
            let of = u64::try_from(of.max(1)).unwrap_or(1);
            usize::try_from(number % of).unwrap_or(0)
        };
        match *self {
            Self::Again => {
                let again = last.clone();
                instructions.push(again);
                return;
            }
            Self::Data { offset, value } if data > 8 => {
                let start = 8 + index(offset, data - 8);
                let bytes = value.to_le_bytes();
                for (byte, new) in last.data[start..].iter_mut().zip(bytes) {
                    *byte = new;
                }
            }
            Self::Short { bytes } if data > 8 => {
                last.data.truncate(data - 1 - index(bytes, data - 8));
            }
            _ if accounts == 0 => {}
            Self::Account { place, code } => {
                last.accounts[index(place, accounts)].pubkey = cast::address(code);
            }
            Self::Duplicate { place, from } => {
                let from = last.accounts[index(from, accounts)].pubkey;
                last.accounts[index(place, accounts)].pubkey = from;
            }
            Self::Forged { place } => {
                let meta = &mut last.accounts[index(place, accounts)];
                meta.pubkey = forge(&meta.pubkey).unwrap_or(meta.pubkey);
            }
            Self::Unsigned { place } => last.accounts[index(place, accounts)].is_signer = false,
            Self::ReadOnly { place } => last.accounts[index(place, accounts)].is_writable = false,
            Self::Missing { place } => {
                last.accounts.remove(index(place, accounts));
            }
            Self::Data { .. } | Self::Short { .. } => {}
        }
        // Nobody signs for an address that has no key.
        for meta in &mut last.accounts {
            meta.is_signer &= cast::has_key(&meta.pubkey);
        }
    }
}

/// A transaction before it is sent.
#[derive(Clone, Debug)]
pub struct Unsent {
    /// Who pays the fee.
    pub payer: Address,
    /// What it does.
    pub instructions: Vec<Instruction>,
}

impl Unsent {
    /// Returns a transaction of one instruction.
    pub fn one(payer: Address, instruction: Instruction) -> Self {
        Self {
            payer,
            instructions: vec![instruction],
        }
    }
}
