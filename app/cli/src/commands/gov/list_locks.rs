use super::{locks_of, params};
use crate::{
    amount::{Exact, Tokens},
    key::AddressArg,
    time::format_time,
    token::Token,
    Outcome, Result, Session,
};
use assay_client::format::format_duration;
use assay_governance::state::Lock;
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address or keypair file; the wallet when left out.
    owner: Option<AddressArg>,
}

/// One lock.
#[derive(Serialize)]
pub struct Locked {
    /// Number of the lock among those of its owner.
    pub lock: Exact,
    pub amount: Tokens,
    /// Votes; 0 once unlocking.
    pub weight: Exact,
    /// Seconds of cooldown.
    pub duration: u64,
    /// Unix time from which it can be withdrawn; none while locked.
    pub unlocks_at: Option<i64>,
}

impl Locked {
    pub fn of(lock: &Lock) -> Self {
        Self {
            lock: Exact(lock.nonce.get()),
            amount: Token::assay().tokens(lock.amount.get()),
            weight: Exact(lock.weight.get()),
            duration: lock.duration.get(),
            unlocks_at: lock.is_unlocking().then(|| lock.unlocks_at.get()),
        }
    }
}

impl fmt::Display for Locked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "lock {}: {}, ", self.lock, self.amount)?;
        match self.unlocks_at {
            Some(at) => write!(f, "can be withdrawn from {}", format_time(at)),
            None => write!(
                f,
                "weight {}, {} to unlock",
                self.weight,
                format_duration(self.duration)
            ),
        }
    }
}

/// The locks of one wallet.
#[derive(Serialize)]
struct List {
    locks: Vec<Locked>,
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.locks.is_empty() {
            return f.write_str("no locks");
        }
        self.locks.iter().try_for_each(|lock| writeln!(f, "{lock}"))
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    params(session)?;
    let owner = session.owner(args.owner)?;
    let locks = locks_of(session, &owner)?;
    Outcome::ok(&List {
        locks: locks.iter().map(Locked::of).collect(),
    })
}
