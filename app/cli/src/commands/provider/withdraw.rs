//! `assay provider withdraw`: withdraws unbonding stake that has matured.

use super::{
    find,
    unbonding::{unbonding, UnbondingReport},
};
use crate::{
    amount::{MintInfo, TokenAmount},
    output::format_time,
    CliError, Report, Result, Session,
};
use assay_client::{instruction::staking::withdraw_stake, Signer as _};
use serde::Serialize;
use std::fmt;

#[derive(Serialize)]
struct WithdrawReport {
    amount: TokenAmount,
    /// What is still unbonding.
    unbonding: Vec<UnbondingReport>,
    signature: String,
}

impl fmt::Display for WithdrawReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} are in the wallet", self.amount)?;
        self.unbonding
            .iter()
            .try_for_each(|part| write!(f, "\nunbonding {part}"))
    }
}

pub fn run(session: &Session) -> Result<Report> {
    let assay = MintInfo::assay();
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let mut provider = find(session, &owner)?;
    let now = session.client.now()?;
    provider.own.roll(now).map_err(CliError::rule)?;
    let amount = provider.own.matured.get();
    let unbonding = unbonding(&provider.own);
    if amount == 0 {
        return Err(match unbonding.first() {
            None => {
                CliError::not_found("no stake is unbonding; start with `assay provider unbond`")
            }
            Some(first) => CliError::unfinished(format!(
                "nothing has matured yet; the first {} do at {}",
                first.amount,
                format_time(first.matures_at)
            )),
        });
    }
    let instructions = [
        assay.create_ata(&owner, &owner),
        withdraw_stake(owner, &assay.mint),
    ];
    let rent = session.ata_rent(&assay, &owner)?;
    let signature = session.send(&instructions, &[&wallet], rent)?;
    Report::new(&WithdrawReport {
        amount: assay.amount(amount),
        unbonding,
        signature: signature.to_string(),
    })
}
