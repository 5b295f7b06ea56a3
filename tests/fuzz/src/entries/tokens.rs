//! What happens without the four programs: tokens are opened, made, given and sent where they do not belong.

use super::{Entry, Proposal, Scene, Topic};
use crate::{
    cast::{self, ISSUER},
    random::Random,
    step::Unsent,
};
use assay_client::{instruction::token, pda, Address, Instruction};
use solana_system_interface::instruction as system;

/// The entries of this topic.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "token.open",
        topic: Topic::Outside,
        weight: 1,
        propose: |_, random| Some((0, vec![random.below(cast::ACTORS), random.below(3)])),
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            let mint = cast::any_mint(with.at(1));
            let program = cast::token_program(&mint);
            let payer = cast::actor(ISSUER);
            Some(Unsent::one(
                payer,
                token::create_ata(&payer, &owner, &mint, &program),
            ))
        },
    },
    Entry {
        name: "token.mint",
        topic: Topic::Outside,
        weight: 2,
        propose: |_, random| {
            let requester = cast::OWNERS + random.below(cast::REQUESTERS);
            Some((
                0,
                vec![requester, random.below(2), random.between(1_000, 1_000_000)],
            ))
        },
        build: |_, with| {
            let (owner, mint) = (cast::actor(with.at(0)), cast::mint(with.at(1)));
            let issuer = cast::actor(ISSUER);
            let to = cast::ata(&owner, &mint);
            let mut made = token::mint_to(&mint, &to, &issuer, with.at(2));
            made.program_id = cast::token_program(&mint);
            Some(Unsent::one(issuer, made))
        },
    },
    Entry {
        name: "token.give",
        topic: Topic::Outside,
        weight: 2,
        propose: |_, random| {
            let to = random.below(cast::ANYONE);
            Some((0, vec![to, random.between(1_000, 400_000)]))
        },
        build: |_, with| {
            let founder = cast::actor(cast::FOUNDER);
            let to = cast::ata(&cast::actor(with.at(0)), &cast::stake_mint());
            let from = pda::rewards::genesis_vault();
            Some(Unsent::one(
                founder,
                token::transfer(&from, &to, &founder, with.at(1)),
            ))
        },
    },
    Entry {
        name: "token.donate",
        topic: Topic::Outside,
        weight: 2,
        propose: |scene, random| {
            let (family, mint) =
                random.of(&[(4, 2), (11, 2), (16, 2), (19, 2), (21, 2), (8, 0), (8, 1)]);
            let index = if family == 16 {
                random.below(12)
            } else {
                random.below(4096)
            };
            let code = cast::code(family, index);
            let exists = scene.world.exists(&cast::address(code));
            exists.then(|| {
                (
                    0,
                    vec![
                        random.below(cast::ANYONE),
                        mint,
                        code,
                        random.between(1, 50),
                    ],
                )
            })
        },
        build: |_, with| {
            let (from, mint) = (cast::actor(with.at(0)), cast::any_mint(with.at(1)));
            let source = cast::ata(&from, &mint);
            let to = cast::address(with.at(2));
            let mut sent = token::transfer(&source, &to, &from, with.at(3));
            sent.program_id = cast::token_program(&mint);
            Some(Unsent::one(from, sent))
        },
    },
    Entry {
        name: "token.lamports",
        topic: Topic::Outside,
        weight: 1,
        propose: |_, random| {
            let code = cast::code(random.below(cast::FAMILIES), random.below(300));
            Some((
                0,
                vec![
                    random.below(cast::ANYONE),
                    code,
                    random.between(1, 3_000_000),
                ],
            ))
        },
        build: |_, with| {
            let from = cast::actor(with.at(0));
            let to = cast::address(with.at(1));
            Some(Unsent::one(from, system::transfer(&from, &to, with.at(2))))
        },
    },
];

/// Returns whether a step is not about the four programs, so that tokens may come and go by it.
pub fn is_outside(call: &str) -> bool {
    call.starts_with("token.")
}

/// Returns the ATA's creation, for whoever must have one before it is paid.
pub fn open(payer: &Address, owner: &Address, mint: &Address) -> Instruction {
    token::create_ata(payer, owner, mint, &cast::token_program(mint))
}

/// Returns nothing: an entry that only the opening of an episode uses.
pub fn never(_: &Scene<'_>, _: &mut Random) -> Option<Proposal> {
    None
}
