//! `assay provider collect-held`: moves pay that a frozen account could not take to its beneficiary.

use super::find;
use crate::{amount::TokenAmount, keypair::AddressArg, Report, Result, Session};
use assay_client::{
    pda::{market, staking},
    Signer as _,
};
use assay_market::state::Worker;
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "While the token account of a beneficiary is frozen by the token's issuer, `assay job close` and nodes leave the pay with the worker's own
account, so that bonds and other people's jobs do not wait for it. When the account is free again, this moves the pay there. A running node does it
by itself, within half a minute. Anybody may send it.

Example:
  assay --keypair owner.json provider collect-held"
)]
pub struct Args {
    /// Owner of the provider: address or keypair file. Default: the wallet.
    #[arg(long, value_name = "ADDRESS")]
    owner: Option<AddressArg>,
}

#[derive(Serialize)]
struct HeldReport {
    owner: String,
    beneficiary: String,
    amounts: Vec<Held>,
}

/// What the worker's account holds of one token.
#[derive(Serialize)]
struct Held {
    mint: String,
    amount: TokenAmount,
    /// Whether the tokens were moved; if not, the beneficiary's account is still frozen.
    moved: bool,
}

impl fmt::Display for HeldReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.amounts.is_empty() {
            return write!(f, "the worker of {} holds no pay", self.owner);
        }
        for Held { amount, moved, .. } in &self.amounts {
            match moved {
                true => writeln!(f, "{amount} moved to the account of {}", self.beneficiary)?,
                false => writeln!(f, "{amount} stay with the worker: an account is frozen")?,
            }
        }
        Ok(())
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let owner = session.owner(args.owner)?;
    find(session, &owner)?;
    let client = &session.client;
    let address = market::worker(&staking::provider(&owner));
    let worker: Worker = client.fetch(&address)?;
    let mut amounts = Vec::new();
    for payment in session.payment_mints()? {
        let mint = session.mint_info(&payment.mint)?;
        let held = client.token_balance(&mint.ata(&address))?;
        if held == 0 {
            continue;
        }
        let wallet = session.wallet()?;
        let payer = wallet.pubkey();
        let plan = client.plan_collect_held(&payer, &worker, &mint.mint, &mint.program)?;
        let moved = !plan.is_empty();
        if moved {
            session.send(&plan.instructions, &[&wallet], plan.rent)?;
        }
        amounts.push(Held {
            mint: mint.mint.to_string(),
            amount: mint.amount(held),
            moved,
        });
    }
    Report::new(&HeldReport {
        owner: owner.to_string(),
        beneficiary: worker.beneficiary.to_string(),
        amounts,
    })
}
