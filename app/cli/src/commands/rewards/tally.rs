//! `assay rewards tally`: tallies work of ended epochs.

use super::{fetch_worker, ProviderArgs};
use crate::{
    amount::U64String, crank_sender::CrankSender, keypair::AddressArg, Report, Result, Session,
};
use assay_client::{cranks::untallied_epochs, Address};
use assay_market::state::Worker;
use serde::Serialize;
use std::fmt;

#[derive(Serialize)]
struct TallyReport {
    tallied: Vec<Tallied>,
}

#[derive(Serialize)]
struct Tallied {
    worker: String,
    epoch: u64,
    /// Protocol fee that the worker's results brought, base units of ASSAY.
    weight: U64String,
}

impl fmt::Display for TallyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Tallied {
            worker,
            epoch,
            weight,
        } in &self.tallied
        {
            writeln!(f, "epoch {epoch}: weight {weight} of worker {worker}")?;
        }
        write!(f, "tallied {} times", self.tallied.len())
    }
}

/// Tallies the work of one provider, or that of all if none is named. Work that others tally at the same time is passed over.
pub fn run(args: &ProviderArgs, session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let params = session.market()?;
    let client = &session.client;
    let workers: Vec<(Address, Worker)> = match args.owner {
        Some(AddressArg(owner)) => vec![fetch_worker(session, &owner)?],
        None => client.fetch_all()?,
    };
    let now = client.now()?;
    let mut sender = CrankSender::new(session, &wallet);
    let mut tallied = Vec::new();
    for (address, worker) in &workers {
        for epoch in untallied_epochs(worker, &params, now) {
            let plan = client.plan_tally(&sender.payer(), address, epoch)?;
            if sender.send(&plan)? {
                let weight = worker.work(epoch).map_or(0, |work| work.weight.get());
                tallied.push(Tallied {
                    worker: address.to_string(),
                    epoch,
                    weight: U64String(weight),
                });
            }
        }
    }
    Report::new(&TallyReport { tallied })
}
