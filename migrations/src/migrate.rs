use crate::{
    cluster::PaymentToken,
    payment::Mint,
    preflight::{self, test_mint, too_long},
    verify, Cluster, Error, Result,
};
use assay_client::{
    instruction::{self, token},
    pda::{governance, market, rewards, staking},
    Address, Client, Instruction, Keypair, Signer as _,
};
use assay_shared::token::MINT_LEN;

/// One step of a migration, as it is reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What the step brings about.
    pub name: String,
    /// Whether it was done now; otherwise the chain already had it.
    pub done: bool,
}

/// What a migrated cluster offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployed {
    /// The ASSAY mint.
    pub assay_mint: Address,
    /// Token account with the genesis supply.
    pub genesis_vault: Address,
    /// Token account of governance that receives what the workers do not.
    pub treasury: Address,
    /// Mints that jobs may be paid in, in the order of the cluster file.
    pub payment_mints: Vec<Address>,
}

/// Brings the cluster to the state that its file describes. `deployer` must be the programs' upgrade authority; it pays.
///
/// Looks at the chain before each step, so that running it again does only what is missing. `report` hears of each step.
///
/// # Errors
/// Nothing was sent: `WrongNetwork`, `ClusterFile`, `NotDeployed`, `NotUpgradeAuthority`, `NoMint`, `UnusableMint`. At the
/// end: `Differs` names the first field on chain that is not what the file says.
pub fn migrate(
    client: &Client,
    deployer: &Keypair,
    cluster: &Cluster,
    report: &mut dyn FnMut(Step),
) -> Result<Deployed> {
    let authority = deployer.pubkey();
    preflight::check(client, &authority, cluster)?;
    let mut run = Run {
        client,
        deployer,
        cluster,
        report,
    };
    run.initialize_rewards()?;
    run.initialize_staking()?;
    run.initialize_market()?;
    run.initialize_governance()?;
    let mut payment_mints = Vec::new();
    for payment in &cluster.payment_mints {
        payment_mints.push(run.allow(payment)?);
    }
    run.pass_authority_to_governance()?;
    verify::verify(client, &authority, cluster, &payment_mints)?;
    Ok(Deployed {
        assay_mint: rewards::mint(),
        genesis_vault: rewards::genesis_vault(),
        treasury: rewards::treasury(),
        payment_mints,
    })
}

struct Run<'a> {
    client: &'a Client,
    deployer: &'a Keypair,
    cluster: &'a Cluster,
    report: &'a mut dyn FnMut(Step),
}

impl Run<'_> {
    fn me(&self) -> Address {
        self.deployer.pubkey()
    }

    /// Sends `instructions` unless `result` exists already.
    fn unless_exists(
        &mut self,
        name: &str,
        result: &Address,
        instructions: impl FnOnce(&Self) -> Result<Vec<Instruction>>,
    ) -> Result<()> {
        let done = self.client.account(result)?.is_none();
        if done {
            self.client
                .sign_send_confirm(&instructions(self)?, &[self.deployer])?;
        }
        self.tell(name, done);
        Ok(())
    }

    fn tell(&mut self, name: &str, done: bool) {
        let name = name.to_owned();
        (self.report)(Step { name, done });
    }

    fn initialize_rewards(&mut self) -> Result<()> {
        self.unless_exists("initialize rewards", &rewards::emission(), |run| {
            let config = run.cluster.rewards.config(&run.me());
            Ok(vec![instruction::rewards::initialize(run.me(), config)])
        })
    }

    fn initialize_staking(&mut self) -> Result<()> {
        self.unless_exists("initialize staking", &staking::params(), |run| {
            let config = run.cluster.staking.config();
            let (mint, treasury) = (rewards::mint(), rewards::treasury());
            Ok(vec![instruction::staking::initialize(
                run.me(),
                mint,
                treasury,
                config,
            )])
        })
    }

    fn initialize_market(&mut self) -> Result<()> {
        self.unless_exists("initialize market", &market::params(), |run| {
            let chosen = &run.cluster.market;
            let genesis_time = match chosen.genesis_time {
                Some(time) => time,
                None => run.client.now()?,
            };
            let config = chosen.config(run.me(), genesis_time);
            Ok(vec![instruction::market::initialize(run.me(), config)])
        })
    }

    fn initialize_governance(&mut self) -> Result<()> {
        self.unless_exists("initialize governance", &governance::params(), |run| {
            let config = run.cluster.governance.config();
            let (mint, treasury) = (rewards::mint(), rewards::treasury());
            Ok(vec![instruction::governance::initialize(
                run.me(),
                mint,
                treasury,
                config,
            )])
        })
    }

    /// Makes sure that jobs may be paid in the token; answers its mint.
    fn allow(&mut self, payment: &PaymentToken) -> Result<Address> {
        let mint = match payment {
            PaymentToken::Existing { mint, .. } => *mint,
            PaymentToken::Test {
                test_token,
                decimals,
                ..
            } => self.make_test_token(test_token, *decimals)?,
        };
        let name = format!("allow payments in {mint}");
        self.unless_exists(&name, &market::payment_mint(&mint), |run| {
            let me = run.me();
            let current: assay_market::state::Params = run.client.fetch(&market::params())?;
            if current.authority != me {
                return Err(Error::AuthorityGone(current.authority, mint));
            }
            let on_chain = Mint::read(run.client, mint)?;
            let (holder, vault) = (governance::authority(), on_chain.fee_vault());
            let rate = on_chain.stake_rate(payment.worth())?;
            Ok(vec![
                token::create_ata(&me, &holder, &mint, &on_chain.program),
                instruction::market::allow_mint(me, me, mint, vault, rate),
            ])
        })?;
        Ok(mint)
    }

    fn make_test_token(&mut self, symbol: &str, decimals: u8) -> Result<Address> {
        let me = self.me();
        let mint = test_mint(&me, symbol)?;
        self.unless_exists(&format!("create the test token {symbol}"), &mint, |run| {
            let rent = run.client.minimum_balance(MINT_LEN)?;
            token::create_mint(&me, symbol, decimals, rent).ok_or_else(|| too_long(symbol))
        })?;
        Ok(mint)
    }

    fn pass_authority_to_governance(&mut self) -> Result<()> {
        let params: assay_market::state::Params = self.client.fetch(&market::params())?;
        let me = self.me();
        let done = params.authority == me;
        if done {
            let pass = instruction::market::set_authority(me, governance::authority());
            self.client.sign_send_confirm(&[pass], &[self.deployer])?;
        }
        self.tell("pass the market to governance", done);
        Ok(())
    }
}
