//! What transactions of the past did, as far as the server remembers them.

use crate::{
    events::{decode_logs, is_truncated, Event, StakingEvent},
    Address, Client, Error, Result, Signature,
};
use assay_staking::event::Slashed;
use solana_rpc_client::rpc_client::GetConfirmedSignaturesForAddress2Config;
use solana_rpc_client_api::config::RpcTransactionConfig;

/// The slashes of a provider that a server remembers.
#[derive(Clone, Default)]
pub struct Slashes {
    /// The slashes, newest first.
    pub found: Vec<Slashed>,
    /// Number of transactions with the provider's stake that the server lists, but whose log it does not have or has cut off.
    pub unread: usize,
}

impl Slashes {
    /// Adds the slashes of `provider` in the log of one transaction, or counts the transaction if there is no whole log.
    fn read<S: AsRef<str>>(&mut self, provider: &Address, logs: Option<&[S]>) {
        let Some(logs) = logs.filter(|logs| !is_truncated(logs)) else {
            self.unread += 1;
            return;
        };
        let slashes = decode_logs(logs)
            .into_iter()
            .filter_map(|event| match event {
                Event::Staking(StakingEvent::Slashed(slashed)) => Some(slashed),
                _ => None,
            });
        let of_provider = slashes.filter(|slashed| slashed.provider == *provider);
        // Events are in the order of the transaction, transactions the newest first.
        let place = self.found.len();
        self.found
            .splice(place.., of_provider.collect::<Vec<_>>().into_iter().rev());
    }
}

impl Client {
    /// Returns the slashes of `provider`, whose stake is in `stake_vault`. No account keeps them: they are read out of the
    /// transactions that wrote the vault, one request each, and a server may have forgotten old ones.
    pub fn slashes(&self, provider: &Address, stake_vault: &Address) -> Result<Slashes> {
        let commitment = Some(self.rpc().commitment());
        let mut slashes = Slashes::default();
        let mut before = None;
        loop {
            let page = GetConfirmedSignaturesForAddress2Config {
                before,
                commitment,
                ..GetConfirmedSignaturesForAddress2Config::default()
            };
            let page = self
                .rpc()
                .get_signatures_for_address_with_config(stake_vault, page)
                .map_err(|e| self.error(e))?;
            let Some(last) = page.last() else {
                return Ok(slashes);
            };
            before = Some(parse(&last.signature)?);
            for sent in page.iter().filter(|sent| sent.err.is_none()) {
                let logs = self.logs(&parse(&sent.signature)?)?;
                slashes.read(provider, logs.as_deref());
            }
        }
    }

    /// Returns the log of a transaction, or `None` if the server does not have it.
    fn logs(&self, signature: &Signature) -> Result<Option<Vec<String>>> {
        let config = RpcTransactionConfig {
            commitment: Some(self.rpc().commitment()),
            max_supported_transaction_version: Some(0),
            ..RpcTransactionConfig::default()
        };
        let found = self.rpc().get_transaction_with_config(signature, config);
        match found.map_err(|e| self.error(e)) {
            Ok(found) => Ok(found
                .transaction
                .meta
                .and_then(|meta| meta.log_messages.into())),
            Err(error @ Error::Unreachable { .. }) => Err(error),
            Err(_) => Ok(None),
        }
    }
}

fn parse(signature: &str) -> Result<Signature> {
    let parsed = signature.parse();
    parsed.map_err(|_| Error::UnexpectedReply(format!("{signature} is no signature")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use anchor_lang::Event as _;
    use base64::{prelude::BASE64_STANDARD, Engine as _};
    use bytemuck::Zeroable as _;

    const PROVIDER: Address = Address::new_from_array([1; 32]);

    /// Returns the log of a transaction in which staking slashed this provider.
    fn log(provider: Address, amount: u64) -> Vec<String> {
        let slashed = Slashed {
            provider,
            amount: amount.into(),
            ..Slashed::zeroed()
        };
        let program = assay_staking::ID;
        vec![
            format!("Program {program} invoke [1]"),
            format!("Program data: {}", BASE64_STANDARD.encode(slashed.data())),
            format!("Program {program} success"),
        ]
    }

    #[test]
    fn slashes_of_one_provider_are_found_newest_first() {
        let mut slashes = Slashes::default();
        let both = [log(PROVIDER, 2), log(PROVIDER, 3)].concat();
        slashes.read(&PROVIDER, Some(&both));
        slashes.read(&PROVIDER, Some(&log(Address::new_from_array([2; 32]), 9)));
        slashes.read(&PROVIDER, Some(&log(PROVIDER, 1)));
        let amounts: Vec<u64> = slashes.found.iter().map(|s| s.amount.get()).collect();
        assert_eq!((amounts, slashes.unread), (vec![3, 2, 1], 0));
    }

    #[test]
    fn a_transaction_without_a_whole_log_is_counted() {
        let mut slashes = Slashes::default();
        let mut cut_off = log(PROVIDER, 1);
        cut_off.push("Log truncated".into());
        slashes.read(&PROVIDER, Some(&cut_off));
        slashes.read(&PROVIDER, None::<&[String]>);
        assert!(slashes.found.is_empty());
        assert_eq!(slashes.unread, 2);
    }
}
