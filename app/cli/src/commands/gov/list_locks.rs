//! `assay gov locks`: lists the locks of a wallet.

use super::{locks_of, params};
use crate::{
    amount::{MintInfo, TokenAmount, U64String},
    keypair::AddressArg,
    output::format_time,
    Report, Result, Session,
};
use assay_client::format::format_duration;
use assay_governance::state::Lock;
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Owner of the locks: address or keypair file. Default: the wallet.
    owner: Option<AddressArg>,
}

#[derive(Serialize)]
pub struct LockReport {
    /// Number of the lock among those of its owner.
    pub lock: U64String,
    pub amount: TokenAmount,
    /// Weight in votes; 0 while unlocking.
    pub weight: U64String,
    /// Cooldown, seconds.
    pub duration: u64,
    /// Time until which its votes bind it, Unix seconds; 0 if it has not voted.
    pub bound_until: i64,
    /// Secret votes that are not revealed yet.
    pub unrevealed: u32,
    /// Time from which anyone may let it lapse, Unix seconds.
    pub lapses_at: i64,
    /// Time from which the lock can be withdrawn, Unix seconds; `None` while locked.
    pub unlocks_at: Option<i64>,
}

impl LockReport {
    pub fn of(lock: &Lock) -> Self {
        Self {
            lock: U64String(lock.nonce.get()),
            amount: MintInfo::assay().amount(lock.amount.get()),
            weight: U64String(lock.weight.get()),
            duration: lock.duration.get(),
            bound_until: lock.bound_until.get(),
            unrevealed: lock.unrevealed.get(),
            lapses_at: lock.lapses_at(),
            unlocks_at: lock.is_unlocking().then(|| lock.unlocks_at.get()),
        }
    }
}

impl fmt::Display for LockReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "lock {}: {}, ", self.lock, self.amount)?;
        match self.unlocks_at {
            Some(at) => write!(f, "can be withdrawn from {}", format_time(at)),
            None => write!(
                f,
                "weight {}, {} to unlock, lapses {} unless it votes or is renewed",
                self.weight,
                format_duration(self.duration),
                format_time(self.lapses_at)
            ),
        }
    }
}

#[derive(Serialize)]
struct LockList {
    locks: Vec<LockReport>,
}

impl fmt::Display for LockList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.locks.is_empty() {
            return f.write_str("no locks");
        }
        self.locks.iter().try_for_each(|lock| writeln!(f, "{lock}"))
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    params(session)?;
    let owner = session.owner(args.owner)?;
    let locks = locks_of(session, &owner)?;
    Report::new(&LockList {
        locks: locks.iter().map(LockReport::of).collect(),
    })
}
