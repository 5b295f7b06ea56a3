//! Frozen accounts: frozen and thawed by the issuer, and what the market does about them.

use super::{collect::payee, tokens, Entry, Scene, Topic};
use crate::{
    cast::{self, ANYONE, ISSUER},
    random::Random,
    raw::Holding,
    step::Unsent,
};
use assay_client::{instruction::market, Address};
use assay_market::{
    game::{Seat, SeatState},
    state::Source,
};
use spl_token_interface::instruction as spl;

/// Returns whether a token account is frozen.
fn is_frozen(scene: &Scene<'_>, account: &Address) -> bool {
    let holding = scene.world.mirror.holding(account);
    holding.is_some_and(|holding| holding.frozen)
}

fn ready(seat: &Seat) -> bool {
    let settled = matches!(seat.state(), SeatState::Accepted | SeatState::Void);
    settled && !seat.is_settled()
}

/// The entries of this topic.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "token.freeze",
        topic: Topic::Pay,
        weight: 1,
        propose: |scene, random| {
            let code = match random.below(12) {
                0 => cast::code(8, random.below(2 * cast::SLOTS)),
                1 => cast::code(26, random.below(2 * cast::OWNERS)),
                2 => cast::code(13, random.below(2 * cast::ACTORS)),
                _ => paid_next(scene, random)?,
            };
            let account = cast::address(code);
            let holding = scene.world.mirror.holding(&account)?;
            let mint = (0..cast::MINTS).find(|mint| cast::mint(*mint) == holding.mint)?;
            (!holding.frozen && random.percent(30)).then(|| (0, vec![code, mint]))
        },
        build: |_, with| {
            let (mint, issuer) = (cast::mint(with.at(1)), cast::actor(ISSUER));
            let account = cast::address(with.at(0));
            let made = spl::freeze_account(&crate::raw::TOKEN, &account, &mint, &issuer, &[]);
            let mut made = made.ok()?;
            made.program_id = cast::token_program(&mint);
            Some(Unsent::one(issuer, made))
        },
    },
    Entry {
        name: "token.thaw",
        topic: Topic::Pay,
        weight: 1,
        propose: |scene, random| {
            let accounts = scene.world.mirror.all();
            let frozen: Vec<(Address, Address)> = accounts
                .filter_map(|(address, account)| {
                    let holding = Holding::read(account).filter(|holding| holding.frozen)?;
                    Some((*address, holding.mint))
                })
                .collect();
            let (account, mint) = random.pick(&frozen)?;
            let mint = (0..cast::MINTS).find(|own| cast::mint(*own) == *mint)?;
            Some((0, vec![code_of(account)?, mint]))
        },
        build: |_, with| {
            let (mint, issuer) = (cast::mint(with.at(1)), cast::actor(ISSUER));
            let account = cast::address(with.at(0));
            let made = spl::thaw_account(&crate::raw::TOKEN, &account, &mint, &issuer, &[]);
            let mut made = made.ok()?;
            made.program_id = cast::token_program(&mint);
            Some(Unsent::one(issuer, made))
        },
    },
    Entry {
        name: "market.hold_pay",
        topic: Topic::Pay,
        weight: 10,
        propose: |scene, random| {
            scene.tasks(random).into_iter().find_map(|(live, task)| {
                let header = &live.view.header;
                let escrow = is_frozen(scene, &header.escrow);
                let width = u64::from(header.width());
                let ended = live.phase(task, scene.now).is_end();
                let refuses = |owner: u64| {
                    let payee = payee(scene.world, owner);
                    let to = payee.map(|payee| cast::ata(&payee.beneficiary, &header.mint));
                    escrow || to.is_some_and(|to| is_frozen(scene, &to))
                };
                let seats = live.view.task(task);
                let found = seats.iter().enumerate().find_map(|(place, seat)| {
                    let owner = cast::owner_of(&seat.worker)?;
                    (ready(seat) && refuses(owner)).then_some((place as u64, owner))
                });
                if let Some((place, owner)) = found.filter(|_| ended) {
                    let index = u64::from(task) * width + place;
                    return Some((0, vec![live.slot, owner, 0, index]));
                }
                let check = scene.world.round(live.slot, task, Source::Check)?;
                let seat = check.seats.first()?;
                let owner = cast::owner_of(&seat.worker)?;
                let accepted = seat.state() == SeatState::Accepted && ready(seat);
                (ended && accepted && refuses(owner))
                    .then(|| (0, vec![live.slot, owner, u64::from(task) + 1]))
            })
        },
        build: |world, with| {
            let header = world.header(with.at(0))?;
            let payee = payee(world, with.at(1))?;
            let job = cast::job_of(with.at(0), &header);
            let seats: Vec<u32> = (3..with.count()).map(|place| with.u32(place)).collect();
            let check = with.u32(2).checked_sub(1);
            let sender = cast::actor(ANYONE);
            let worker = cast::worker(with.at(1));
            Some(Unsent {
                payer: sender,
                instructions: vec![
                    tokens::open(&sender, &payee.beneficiary, &header.mint),
                    tokens::open(&sender, &worker, &header.mint),
                    market::hold_pay(&job, payee, seats, check),
                ],
            })
        },
    },
    Entry {
        name: "market.collect_held",
        topic: Topic::Pay,
        weight: 8,
        propose: |scene, random| {
            let sender = random.of(&[ANYONE, ANYONE, cast::MALLORY]);
            held_somewhere(scene, random).map(|(owner, mint)| (0, vec![owner, mint, sender]))
        },
        build: |world, with| {
            let (payee, mint) = (payee(world, with.at(0))?, cast::mint(with.at(1)));
            let sender = cast::actor(with.at(2));
            let program = cast::token_program(&mint);
            Some(Unsent {
                payer: sender,
                instructions: vec![
                    tokens::open(&sender, &payee.beneficiary, &mint),
                    market::collect_held(payee, &mint, &program),
                ],
            })
        },
    },
    Entry {
        name: "market.collect_held to",
        topic: Topic::Pay,
        weight: 2,
        propose: |scene, random| {
            let (owner, mint) = held_somewhere(scene, random)?;
            Some((0, vec![owner, mint, random.below(cast::VOTER)]))
        },
        build: |_, with| {
            let (owner, mint) = (
                cast::actor(with.at(0) % cast::OWNERS),
                cast::mint(with.at(1)),
            );
            let program = cast::token_program(&mint);
            let to = cast::ata(&cast::actor(with.at(2)), &mint);
            let collect = market::collect_held_to(&owner, &mint, &program, to);
            Some(Unsent::one(owner, collect))
        },
    },
];

/// Returns the number of the account that the pay of some seat goes to.
fn paid_next(scene: &Scene<'_>, random: &mut Random) -> Option<u64> {
    scene.tasks(random).into_iter().find_map(|(live, task)| {
        let seats = live.view.task(task);
        let open = seats.iter().filter(|seat| !seat.is_settled());
        let mut owners = open.filter_map(|seat| cast::owner_of(&seat.worker));
        let mint = live.view.header.mint;
        let mint = (0..cast::MINTS).find(|own| cast::mint(*own) == mint)?;
        Some(cast::code(13, mint * cast::ACTORS + owners.next()?))
    })
}

/// Returns an owner whose worker holds tokens, and the mint.
fn held_somewhere(scene: &Scene<'_>, random: &mut Random) -> Option<(u64, u64)> {
    let mut places: Vec<(u64, u64)> = (0..cast::OWNERS)
        .flat_map(|owner| (0..cast::MINTS).map(move |mint| (owner, mint)))
        .collect();
    random.shuffle(&mut places);
    places
        .into_iter()
        .find(|(owner, mint)| scene.world.balance(&cast::held(*owner, &cast::mint(*mint))) > 0)
}

/// Returns the number of a token account that can be frozen.
fn code_of(account: &Address) -> Option<u64> {
    let families = [
        (8, 2 * cast::SLOTS),
        (26, 2 * cast::OWNERS),
        (13, 2 * cast::ACTORS),
    ];
    families.into_iter().find_map(|(family, count)| {
        let codes = (0..count).map(|index| cast::code(family, index));
        codes
            .into_iter()
            .find(|code| cast::address(*code) == *account)
    })
}
