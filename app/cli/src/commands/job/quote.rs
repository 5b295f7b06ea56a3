//! What a job costs, and what it protects from: said before the money leaves the wallet.

use super::proof::{count, Proof};
use crate::amount::{MintInfo, TokenAmount};
use assay_client::format::format_duration;
use assay_market::{
    game::{
        money::{most_seats, Quote},
        Rules,
    },
    state::{JobTerms, Params, PaymentMint},
};
use assay_shared::math::{mul_div_ceil, BPS};
use serde::Serialize;

/// The amounts of a job with certain terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JobQuote {
    /// Amount in escrow: the most that the job can cost. What is not paid to workers or as fees returns when the job is
    /// closed.
    pub escrow: TokenAmount,
    /// What the job costs on average.
    pub expected: TokenAmount,
    /// Fee of a verified task.
    pub fee_per_task: TokenAmount,
    /// Royalty of a verified task, for the author of the module.
    pub royalty_per_task: TokenAmount,
    /// Collateral that a worker binds for each seat.
    pub bond: TokenAmount,
    /// What a worker loses by a lie, the bond included.
    pub lie_penalty: TokenAmount,
    /// The same, in prices, rounded down.
    pub lie_penalty_prices: u64,
    /// Seconds in which a public result can be contradicted.
    pub hold: u32,
    /// Most seats that a task can have.
    #[serde(skip)]
    most_seats: u64,
}

impl JobQuote {
    /// Computes the amounts of a job. Returns `None` if one does not fit 64 bits.
    pub fn new(
        terms: &JobTerms,
        rules: &Rules,
        params: &Params,
        payment: &PaymentMint,
        mint: &MintInfo,
    ) -> Option<Self> {
        let tariff = terms.tariff(params, payment.stake_rate.get());
        let quote = Quote::new(&terms.order(), &tariff)?;
        let tasks = u64::from(terms.task_count);
        let average = BPS.checked_add(u64::from(terms.checks_bps))?;
        let seats = mul_div_ceil(terms.price, average, BPS)?;
        let expected = seats.checked_add(quote.fee)?.checked_add(quote.royalty)?;
        let penalty = quote.penalty()?;
        let assay = MintInfo::assay();
        Some(Self {
            escrow: mint.amount(quote.escrow.checked_mul(tasks)?),
            expected: mint.amount(expected.checked_mul(tasks)?),
            fee_per_task: mint.amount(quote.fee),
            royalty_per_task: mint.amount(quote.royalty),
            bond: assay.amount(quote.bond),
            lie_penalty: assay.amount(penalty),
            lie_penalty_prices: penalty.checked_div(quote.value)?,
            hold: rules.hold,
            most_seats: most_seats(terms.checks_bps),
        })
    }

    /// Says what the job costs and what it protects from.
    pub fn explanation(&self, tasks: u32, proof: &Proof) -> String {
        let Self {
            escrow,
            expected,
            fee_per_task,
            royalty_per_task,
            lie_penalty,
            lie_penalty_prices,
            most_seats,
            ..
        } = self;
        let hold = format_duration(self.hold.into());
        let (jobs, seats) = (count(tasks, "task"), count(*most_seats, "seat"));
        let money = format!(
            "{jobs} cost at most {escrow}, which goes into escrow: {seats} each, {fee_per_task} of fees and {royalty_per_task} of royalties; on average {expected}"
        );
        let verified = proof.explanation();
        if matches!(proof, Proof::Attested { .. }) {
            return format!(
                "{money}\n{verified}; nobody else runs it, and workers bind nothing: choose attesters that you trust"
            );
        }
        format!(
            "{money}\n{verified}; for {hold} anybody may contradict it; a lie that is found costs its worker {lie_penalty}, the worth of {lie_penalty_prices} seats"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_client::{pda, Address};
    use assay_market::state::{GATE_EVERY_SEAT, POLICY_CHECKED, RATE_UNIT};

    fn quote(checks: &str) -> (String, JobQuote) {
        quote_of(Proof::Checked {
            checks: checks.parse().unwrap(),
        })
    }

    fn quote_of(proof: Proof) -> (String, JobQuote) {
        let mut params: Params = bytemuck::Zeroable::zeroed();
        params.fee_bps = 250.into();
        params.bond_bps = 50_000.into();
        params.missed_bps = 5_000.into();
        params.min_hold = 20.into();
        let mut payment: PaymentMint = bytemuck::Zeroable::zeroed();
        payment.stake_rate = (1_000 * RATE_UNIT).into();
        let mut terms = JobTerms {
            nonce: 0,
            module: [0; 32],
            manifest: [0; 32],
            store: [0; 64],
            runtime_id: [0; 8],
            price: 500_000,
            fuel: 1,
            memory_bytes: 1,
            output_bytes: 1,
            task_count: 2,
            checks_bps: 0,
            claim_window: 1,
            run_window: 60,
            lie_prices: 0,
            escrow_bump: 0,
            policy: POLICY_CHECKED,
            attestations: 0,
            gate: GATE_EVERY_SEAT,
            region: 0,
            royalty_bps: 100,
            author: Address::new_from_array([7; 32]),
            least_collateral: 0,
            credential_set: Address::default(),
            inputs: [0; 32],
        };
        proof.apply(&mut terms, 100);
        let rules = terms.rules(&params, 0).unwrap();
        let mint = MintInfo {
            mint: Address::default(),
            program: pda::rewards::mint(),
            decimals: 6,
            symbol: "tUSD".to_owned(),
        };
        let quote = JobQuote::new(&terms, &rules, &params, &payment, &mint).unwrap();
        (quote.explanation(2, &proof), quote)
    }

    #[test]
    fn the_quote_says_most_average_and_penalty() {
        let (text, quote) = quote("15%");
        // 0.5 · 1.15 = 0.575, of which 2.5 % are 0.014375 and 1 % 0.00575; with two seats 1.020125 a task.
        assert_eq!(quote.escrow.to_string(), "2.04025 tUSD");
        assert_eq!(quote.expected.to_string(), "1.19025 tUSD");
        assert_eq!(quote.lie_penalty.to_string(), "52.5 ASSAY");
        assert_eq!((quote.lie_penalty_prices, quote.hold), (105, 120));
        for part in [
            "at most 2.04025 tUSD",
            "0.014375 tUSD of fees",
            "0.00575 tUSD of royalties",
            "average 1.19025",
            "15%",
            "2m",
            "52.5 ASSAY",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }

    #[test]
    fn an_attested_job_binds_nothing() {
        let (text, quote) = quote_of(Proof::Attested {
            attesters: Address::default(),
            signatures: 2,
            keys: 3,
        });
        assert_eq!((quote.bond.units, quote.lie_penalty.units), (0, 0));
        assert!(text.contains("2 signatures of the 3 keys"), "{text}");
        assert!(!text.contains("contradict"), "{text}");
    }

    #[test]
    fn the_quote_is_flat_in_json() {
        let (_, quote) = quote("15%");
        let json = serde_json::to_value(quote).unwrap();
        assert_eq!(json["escrow"]["amount"], "2.04025");
        assert_eq!(json["royalty_per_task"]["amount"], "0.00575");
        assert!(json.get("most_seats").is_none());
    }
}
