//! Mints and token accounts of Token-2022, created by the real program.

use super::TestContext;
use crate::{
    instruction::market::{JobAddresses, PaymentMintInfo, PostJobParams},
    Address, Instruction, Keypair, Signer,
};
use assay_market::state::JobTerms;
use assay_shared::{
    hash::sha256v,
    token::{TokenAccount, ACCOUNT_LEN, MINT_LEN, TOKEN, TOKEN_2022},
};
use solana_instruction::AccountMeta;
use solana_system_interface::instruction::create_account;
use spl_associated_token_account_interface::{
    address::get_associated_token_address_with_program_id,
    instruction::create_associated_token_account,
};
use spl_token_interface::instruction as token;

const ISSUER: &str = "issuer";
/// Lamports that make any account here rent-exempt.
const RENT: u64 = 10_000_000;

/// An extension of a mint, and how Token-2022 is told to give it to one.
#[derive(Clone, Copy, Debug)]
pub struct Extension {
    /// Bytes of its value, if it is given before the mint is initialized; `None` if afterwards.
    space: Option<usize>,
    /// First bytes of the instruction's data.
    head: &'static [u8],
    /// The further fields: addresses of the mint itself and of the issuer, and plain bytes.
    fields: &'static [Field],
}

#[derive(Clone, Copy, Debug)]
enum Field {
    Mint,
    Issuer,
    Bytes(&'static [u8]),
}

use Field::{Bytes, Issuer, Mint};

const fn early(space: usize, head: &'static [u8], fields: &'static [Field]) -> Extension {
    Extension {
        space: Some(space),
        head,
        fields,
    }
}

pub const METADATA_POINTER: Extension = early(64, &[39, 0], &[Issuer, Mint]);
pub const GROUP_POINTER: Extension = early(64, &[40, 0], &[Issuer, Mint]);
pub const MEMBER_POINTER: Extension = early(64, &[41, 0], &[Issuer, Mint]);
/// Name "N", symbol "S" and address "U", each behind its length. The first bytes are those of
/// `sha256("spl_token_metadata_interface:initialize_account")`.
pub const METADATA: Extension = Extension {
    space: None,
    head: &[210, 225, 30, 162, 88, 184, 77, 141],
    fields: &[Bytes(b"\x01\0\0\0N\x01\0\0\0S\x01\0\0\0U")],
};
/// A group of at most nine. The first bytes are those of `sha256("spl_token_group_interface:initialize_token_group")`.
pub const GROUP: Extension = Extension {
    space: None,
    head: &[121, 113, 108, 39, 54, 51, 0, 4],
    fields: &[Issuer, Bytes(&[9, 0, 0, 0, 0, 0, 0, 0])],
};

/// Extensions that come between an account and its tokens, or between a mint and what it says: transfer fee, closing,
/// confidential transfers, first state, not transferable, interest, permanent delegate, hook, scaled amounts, pause,
/// permissioned burns.
pub const HOSTILE: [Extension; 11] = [
    early(108, &[26, 0, 0, 0], &[Bytes(&[1, 0]), Bytes(&[1; 8])]),
    early(32, &[25, 1], &[Issuer]),
    early(65, &[27, 0], &[Issuer, Bytes(&[1]), Bytes(&[0; 32])]),
    early(1, &[28, 0], &[Bytes(&[1])]),
    early(0, &[32], &[]),
    early(52, &[33, 0], &[Issuer, Bytes(&[1, 0])]),
    early(32, &[35], &[Issuer]),
    early(64, &[36, 0], &[Issuer, Bytes(&[0; 32])]),
    early(56, &[43, 0], &[Issuer, Bytes(&[0, 0, 0, 0, 0, 0, 0, 64])]),
    early(33, &[44, 0], &[Issuer]),
    early(32, &[46, 0], &[Issuer]),
];

impl Extension {
    fn data(&self, mint: &Address, issuer: &Address) -> Vec<u8> {
        let mut data = self.head.to_vec();
        for field in self.fields {
            data.extend_from_slice(match field {
                Mint => mint.as_ref(),
                Issuer => issuer.as_ref(),
                Bytes(bytes) => bytes,
            });
        }
        data
    }

    fn instruction(&self, mint: &Address, issuer: &Address) -> Instruction {
        let read = |address: &Address| AccountMeta::new_readonly(*address, false);
        let signs = AccountMeta::new_readonly(*issuer, true);
        let mut accounts = vec![AccountMeta::new(*mint, false)];
        if self.space.is_none() {
            // Metadata name their authority before the mint.
            if self.head == METADATA.head {
                accounts.push(read(issuer));
            }
            accounts.extend([read(mint), signs]);
        }
        Instruction {
            program_id: TOKEN_2022,
            accounts,
            data: self.data(mint, issuer),
        }
    }
}

/// Creates a mint without extensions.
pub fn plain_mint(context: &mut TestContext) -> Address {
    mint_with(context, &[])
}

/// Creates a mint with extensions.
pub fn mint_with(context: &mut TestContext, extensions: &[Extension]) -> Address {
    let issuer = context.actor(ISSUER).pubkey();
    let name: Vec<&[u8]> = extensions.iter().map(|extension| extension.head).collect();
    let mint = Keypair::new_from_array(sha256v(&[b"mint", &name.concat()]));
    let address = mint.pubkey();
    let lengths = extensions.iter().filter_map(|extension| extension.space);
    let space = match extensions {
        [] => MINT_LEN,
        _ => ACCOUNT_LEN + 1 + lengths.map(|length| 4 + length).sum::<usize>(),
    };
    let (before, after): (Vec<_>, Vec<_>) = extensions.iter().partition(|e| e.space.is_some());
    let initialize = token::initialize_mint2(&TOKEN, &address, &issuer, None, 6).unwrap();
    let extend = |list: Vec<&Extension>| -> Vec<Instruction> {
        let instructions = list.into_iter();
        instructions
            .map(|e| e.instruction(&address, &issuer))
            .collect()
    };
    let steps = [extend(before), vec![on_2022(initialize)], extend(after)].concat();
    create(context, &mint, space, steps);
    address
}

/// Returns the program that owns a mint; the classic one where there is none.
pub fn program_of(context: &TestContext, mint: &Address) -> Address {
    let owner = context.owner(mint).unwrap_or(TOKEN);
    if owner == TOKEN_2022 {
        TOKEN_2022
    } else {
        TOKEN
    }
}

/// Lets the owner of a token account ask for a memo before each transfer to it.
pub fn require_memos(context: &mut TestContext, account: &Address, owner: &Keypair) {
    const REALLOCATE: u8 = 29;
    const MEMO_TRANSFER: u8 = 8;
    const MEMO_INSTRUCTION: u8 = 30;
    let payer = owner.pubkey();
    let grow = Instruction {
        program_id: TOKEN_2022,
        accounts: vec![
            AccountMeta::new(*account, false),
            AccountMeta::new(payer, true),
            AccountMeta::new_readonly(Address::default(), false),
            AccountMeta::new_readonly(payer, true),
        ],
        data: vec![REALLOCATE, MEMO_TRANSFER, 0],
    };
    let ask = Instruction {
        program_id: TOKEN_2022,
        accounts: vec![
            AccountMeta::new(*account, false),
            AccountMeta::new_readonly(payer, true),
        ],
        data: vec![MEMO_INSTRUCTION, 0],
    };
    context
        .send(&[grow, ask], &[owner])
        .expect("the owner asks for memos");
}

/// Creates a token account of `owner` without extensions.
pub fn account(context: &mut TestContext, mint: &Address, owner: &Address) -> Address {
    let account = Keypair::new_from_array(sha256v(&[mint.as_ref(), owner.as_ref()]));
    let address = account.pubkey();
    let initialize = token::initialize_account3(&TOKEN, &address, mint, owner).unwrap();
    create(context, &account, ACCOUNT_LEN, vec![on_2022(initialize)]);
    address
}

/// Creates the associated token account of `owner`. It has an extension.
pub fn associated_account(context: &mut TestContext, mint: &Address, owner: &Address) -> Address {
    let issuer = context.actor(ISSUER);
    let payer = issuer.pubkey();
    let create = create_associated_token_account(&payer, owner, mint, &TOKEN_2022);
    context
        .send(&[create], &[&issuer])
        .expect("the associated account is created");
    get_associated_token_address_with_program_id(owner, mint, &TOKEN_2022)
}

/// Mints `amount` base units to an account.
pub fn mint_tokens(context: &mut TestContext, mint: &Address, account: &Address, amount: u64) {
    let issuer = context.actor(ISSUER);
    let mint_to = token::mint_to(&TOKEN, mint, account, &issuer.pubkey(), &[], amount).unwrap();
    context
        .send(&[on_2022(mint_to)], &[&issuer])
        .expect("the issuer mints");
}

/// Allows jobs to be paid in this mint. Fees go to the actor "treasury".
pub fn allow(context: &mut TestContext, mint: Address) -> PaymentMintInfo {
    let treasury = context.address_of("treasury");
    let payment = PaymentMintInfo {
        mint,
        token_program: TOKEN_2022,
        fee_vault: associated_account(context, &mint, &treasury),
    };
    context.allow_mint(payment);
    payment
}

/// Posts a job of the actor that is paid in a mint of Token-2022.
pub fn post(
    context: &mut TestContext,
    requester: &str,
    payment: PaymentMintInfo,
    terms: JobTerms,
) -> JobAddresses {
    let signer = context.actor(requester);
    let (owner, mint) = (signer.pubkey(), payment.mint);
    let escrow = context.quote(&terms).escrow * u64::from(terms.task_count);
    let source = account(context, &mint, &owner);
    mint_tokens(context, &mint, &source, escrow);
    let order = PostJobParams {
        requester: owner,
        payment,
        source,
        escrow,
        attesters: None,
        terms,
    };
    let posting = context.post_job_instructions(order);
    context.send(&posting, &[&signer]).expect("a job is posted");
    JobAddresses::new(owner, terms.nonce, payment)
}

/// Returns the balance of a token account with or without extensions, base units.
pub fn balance(context: &TestContext, account: &Address) -> u64 {
    let data = context.data(account);
    let account = TokenAccount::parse(&data[..ACCOUNT_LEN]);
    account.expect("the account is a token account").amount
}

fn create(
    context: &mut TestContext,
    account: &Keypair,
    space: usize,
    initialize: Vec<Instruction>,
) {
    let issuer = context.actor(ISSUER);
    let (payer, space) = (issuer.pubkey(), space as u64);
    let mut steps = vec![create_account(
        &payer,
        &account.pubkey(),
        RENT,
        space,
        &TOKEN_2022,
    )];
    steps.extend(initialize);
    context
        .send(&steps, &[&issuer, account])
        .expect("Token-2022 initializes an account");
}

/// Token-2022 takes the classic program's instructions, byte for byte.
fn on_2022(classic: Instruction) -> Instruction {
    Instruction {
        program_id: TOKEN_2022,
        ..classic
    }
}
