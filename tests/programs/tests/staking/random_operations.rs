//! Random operations of an owner and the market: after each, the vault holds exactly what the accounts say.

use assay_harness::{
    instruction::staking::{self, SlashAccounts, SlashAmounts},
    pda::staking as at,
    staking::MIN_SELF_STAKE,
    Address, Instruction, Keypair, Signer, TestContext, TransactionFailure, TransactionResult,
};
use assay_staking::state::{Delegation, Provider, Ticket};
use proptest::prelude::*;
use std::sync::OnceLock;

const PURSE: u64 = 100_000;

#[derive(Clone, Debug)]
enum Step {
    Stake {
        amount: u64,
    },
    BeginUnbond {
        shares: u64,
    },
    /// Begins to unbond all that is left.
    Leave,
    CancelUnbond {
        ticket: usize,
    },
    Withdraw {
        ticket: usize,
    },
    Allocate {
        amount: u64,
    },
    Deallocate {
        amount: u64,
    },
    Slash {
        amount: u64,
        release: u64,
        seconds_ago: u64,
    },
    Advance {
        seconds: u64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let amount = || prop_oneof![1..10u64, 1..40_000u64];
    prop_oneof![
        amount().prop_map(|amount| Step::Stake { amount }),
        amount().prop_map(|shares| Step::BeginUnbond { shares }),
        Just(Step::Leave),
        (0..4usize).prop_map(|ticket| Step::CancelUnbond { ticket }),
        (0..4usize).prop_map(|ticket| Step::Withdraw { ticket }),
        amount().prop_map(|amount| Step::Allocate { amount }),
        amount().prop_map(|amount| Step::Deallocate { amount }),
        (amount(), 0..20_000u64, 0..900_000u64).prop_map(|(amount, release, seconds_ago)| {
            Step::Slash {
                amount,
                release,
                seconds_ago,
            }
        }),
        (0..400_000u64).prop_map(|seconds| Step::Advance { seconds }),
    ]
}

/// Bob's provider and the nonces of its open tickets.
struct Run {
    context: TestContext,
    bob: Keypair,
    provider: Address,
    mint: Address,
    ata: Address,
    accounts: SlashAccounts,
    tickets: Vec<u64>,
    next_nonce: u64,
}

impl Run {
    fn new() -> Self {
        static PREPARED: OnceLock<TestContext> = OnceLock::new();
        let prepared = PREPARED.get_or_init(|| {
            let mut context = TestContext::new();
            context.init_staking();
            context.provider("bob", 20_000);
            let (mint, bob) = (context.stake_mint(), context.address_of("bob"));
            context.mint_tokens(&mint, &bob, PURSE - 20_000);
            let address = at::provider(&bob);
            context.slash_accounts(&address);
            context
        });
        let mut context = prepared.clone();
        let (bob, mint) = (context.actor("bob"), context.stake_mint());
        Self {
            provider: at::provider(&bob.pubkey()),
            mint,
            ata: context.ata(&mint, &bob.pubkey()),
            accounts: context.slash_accounts(&at::provider(&bob.pubkey())),
            bob,
            context,
            tickets: Vec::new(),
            next_nonce: 0,
        }
    }

    fn take(&mut self, step: &Step) {
        let owner = self.bob.pubkey();
        let market = self.context.address_of("market");
        match *step {
            Step::Stake { amount } => {
                let in_ata = self.context.balance(&self.ata);
                let stake = staking::deposit_stake(owner, self.ata, amount.min(in_ata));
                if self.send(stake) {
                    self.check_minimum();
                }
            }
            Step::BeginUnbond { shares } => self.begin_unbond(shares),
            Step::Leave => self.begin_unbond(self.position().1),
            Step::CancelUnbond { ticket } => {
                if self.finish(ticket, |nonce| staking::cancel_unbond(owner, nonce)) {
                    self.check_minimum();
                }
            }
            Step::Withdraw { ticket } => {
                let mint = self.mint;
                self.finish(ticket, |nonce| staking::withdraw_stake(owner, nonce, &mint));
            }
            Step::Allocate { amount } => {
                self.send(staking::allocate_stake(market, owner, amount));
            }
            Step::Deallocate { amount } => {
                self.send(staking::deallocate_stake(market, self.provider, amount));
            }
            Step::Slash {
                amount,
                release,
                seconds_ago,
            } => {
                let amounts = SlashAmounts {
                    amount,
                    award: amount / 3,
                    release,
                    infraction_time: self.context.now() - seconds_ago as i64,
                };
                self.send(staking::slash_stake(self.accounts, amounts));
            }
            Step::Advance { seconds } => self.context.advance(seconds),
        }
    }

    fn begin_unbond(&mut self, shares: u64) {
        let begin = staking::begin_unbond(self.bob.pubkey(), self.next_nonce, shares);
        if self.send(begin) {
            self.tickets.push(self.next_nonce);
            self.next_nonce += 1;
            self.check_minimum();
        }
    }

    /// Ends an open ticket by the instruction that `build` returns. Returns true if it was accepted.
    fn finish(&mut self, ticket: usize, build: impl Fn(u64) -> Instruction) -> bool {
        let Some(nonce) = self.tickets.get(ticket).copied() else {
            return false;
        };
        let finished = self.send(build(nonce));
        if finished {
            self.tickets.remove(ticket);
        }
        finished
    }

    /// Returns bob's provider and his shares of it.
    fn position(&self) -> (Provider, u64) {
        let provider: Provider = self.context.account(&self.provider);
        let address = at::delegation(&self.provider, &self.bob.pubkey());
        let delegation: Delegation = self.context.account(&address);
        let shares = delegation.live_shares(provider.generation.get());
        (provider, shares)
    }

    /// Asserts that a position that its owner has just changed is empty or worth the minimum. Only a slash may take it below.
    fn check_minimum(&self) {
        let (provider, shares) = self.position();
        let value = provider
            .active()
            .value(shares)
            .expect("shares have a value");
        assert!(shares == 0 || value >= MIN_SELF_STAKE, "dust: {value}");
    }

    /// Returns true if the instruction was accepted. A rejection must come from staking.
    fn send(&mut self, instruction: Instruction) -> bool {
        let market = self.context.actor("market");
        let needs_market = instruction
            .accounts
            .iter()
            .any(|m| m.pubkey == market.pubkey());
        let signers: &[&Keypair] = if needs_market {
            &[&self.bob, &market]
        } else {
            &[&self.bob]
        };
        let result: Result<TransactionResult, TransactionFailure> =
            self.context.send(&[instruction], signers);
        if let Err(failure) = &result {
            let by_staking = failure.program == Some(assay_staking::ID);
            assert!(by_staking, "refused by something else: {failure:?}");
        }
        result.is_ok()
    }

    fn check(&self) {
        let provider: Provider = self.context.account(&self.provider);
        let delegation_address = at::delegation(&self.provider, &self.bob.pubkey());
        let delegation: Delegation = self.context.account(&delegation_address);
        let vault = self.context.balance(&at::stake_vault(&self.provider));
        assert_eq!(Some(vault), provider.vault_balance(), "vault");

        assert!(
            provider.allocated.get() <= provider.active_tokens.get(),
            "collateral is backed"
        );
        assert_eq!(
            delegation.live_shares(provider.generation.get()),
            provider.active_shares.get(),
            "active shares"
        );
        let mut in_buckets = provider.buckets.map(|bucket| bucket.shares.get());
        for nonce in &self.tickets {
            let ticket: Ticket = self
                .context
                .account(&at::ticket(&delegation_address, *nonce));
            in_buckets[usize::from(ticket.bucket)] -= ticket.shares.get();
        }
        assert_eq!(
            in_buckets,
            [0; assay_staking::state::BUCKETS],
            "bucket shares"
        );

        let outside =
            self.context.balance(&self.ata) + self.context.balance(&self.accounts.award_account);
        let supply = self.context.supply(&self.accounts.stake_mint);
        assert_eq!(outside + vault, supply, "what is not awarded is burned");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_vault_always_holds_what_the_accounts_say(steps in prop::collection::vec(step(), 1..40)) {
        let mut run = Run::new();
        for step in &steps {
            run.take(step);
            run.check();
        }
    }
}
