//! Which step comes next: mostly one that may succeed, sometimes one that an attacker would send.

use crate::{
    cast,
    entries::{self, decisions, decisions::Named, earning, leaving, Entry, Scene, Topic},
    random::Random,
    step::{Step, Twist},
    world::{Outcome, World},
};
use std::collections::{HashMap, VecDeque};

/// Steps in a hundred that are hostile.
const HOSTILE: u64 = 22;
/// Steps in a hundred that repeat an earlier one.
const ECHOES: u64 = 3;
/// Accepted steps that may be repeated.
const MEMORY: usize = 48;
/// Most seconds that a step waits which comes between those of a course.
const BETWEEN: u64 = 2_000;
/// How many entries are asked for a proposal before time passes instead.
const TRIES: usize = 14;

/// What the search does for a while.
struct Mood {
    /// How much each topic weighs.
    topics: &'static [(Topic, u64)],
    /// The place of the job that it stays with.
    focus: Option<u64>,
    /// Most seconds that a step may wait.
    patience: u64,
    /// Steps until the next mood.
    left: u64,
    /// What proposes most steps, if they have an order.
    course: Option<Course>,
}

/// Returns the next step of something that takes many in their order.
type Course = fn(&Scene<'_>, &mut Random) -> Option<Named>;

const WORK: &[(Topic, u64)] = &[(Topic::Work, 12), (Topic::Pay, 4), (Topic::Job, 1)];
const MARKET: &[(Topic, u64)] = &[
    (Topic::Work, 6),
    (Topic::Pay, 4),
    (Topic::Job, 3),
    (Topic::Stake, 2),
    (Topic::Admin, 1),
    (Topic::Epoch, 2),
    (Topic::Outside, 1),
];
const LONG: &[(Topic, u64)] = &[
    (Topic::Pay, 3),
    (Topic::Epoch, 6),
    (Topic::Stake, 5),
    (Topic::Vote, 6),
    (Topic::Admin, 2),
    (Topic::Outside, 1),
    (Topic::Job, 1),
];

const VOTES: &[(Topic, u64)] = &[
    (Topic::Vote, 12),
    (Topic::Stake, 1),
    (Topic::Epoch, 1),
    (Topic::Admin, 1),
];

impl Mood {
    fn any(world: &World, random: &mut Random) -> Self {
        let live: Vec<u64> = (0..cast::SLOTS)
            .filter(|slot| world.exists(&cast::job_address(*slot)))
            .collect();
        let focus = random.pick(&live).copied();
        match random.below(100) {
            0..57 if focus.is_some() => Self {
                topics: WORK,
                focus,
                patience: random.of(&[20, 60, 60, 200, 900]),
                left: random.between(20, 120),
                course: None,
            },
            0..80 => Self {
                topics: MARKET,
                focus: None,
                patience: random.of(&[10, 60, 400]),
                left: random.between(10, 50),
                course: None,
            },
            80..86 => Self {
                topics: VOTES,
                focus: None,
                patience: 90_000,
                left: random.between(15, 60),
                course: Some(decisions::next),
            },
            86 => Self {
                topics: LONG,
                focus: None,
                // Until a lock lapses.
                patience: 200 * 86_400,
                left: random.between(3, 12),
                course: None,
            },
            87..89 => Self {
                topics: LONG,
                focus: None,
                patience: 200 * 86_400,
                left: random.between(10, 30),
                course: Some(|scene, _| leaving::next(scene)),
            },
            89..92 => Self {
                topics: LONG,
                focus: None,
                patience: 3 * 86_400,
                left: random.between(20, 80),
                course: Some(earning::next),
            },
            92..94 => Self {
                topics: VOTES,
                focus: None,
                // Shorter than a vote.
                patience: random.of(&[600, 3_600]),
                left: random.between(20, 60),
                course: None,
            },
            _ => Self {
                topics: LONG,
                focus: None,
                patience: random.of(&[600, 8_000, 90_000]),
                left: random.between(10, 50),
                course: None,
            },
        }
    }

    fn weight(&self, topic: Topic) -> u64 {
        let own = self.topics.iter().find(|(of, _)| *of == topic);
        own.map_or(0, |(_, weight)| *weight)
    }
}

/// A source of steps.
pub struct Plan {
    random: Random,
    mood: Option<Mood>,
    /// How often each entry was accepted.
    wins: HashMap<&'static str, u64>,
    /// The newest accepted steps.
    recent: VecDeque<Step>,
}

impl Plan {
    /// Returns a source that draws from `random`. `wins`: how often each entry was accepted before.
    pub fn new(random: Random, wins: HashMap<&'static str, u64>) -> Self {
        Self {
            random,
            mood: None,
            wins,
            recent: VecDeque::new(),
        }
    }

    /// Returns how often each entry was accepted.
    pub fn into_wins(self) -> HashMap<&'static str, u64> {
        self.wins
    }

    /// Returns the next step.
    pub fn next(&mut self, world: &World) -> Step {
        let mut mood = match self.mood.take() {
            Some(mood) if mood.left > 0 => mood,
            _ => Mood::any(world, &mut self.random),
        };
        mood.left = mood.left.saturating_sub(1);
        let step = self.choose(world, &mood);
        self.mood = Some(mood);
        step
    }

    /// Learns what became of a step.
    pub fn learn(&mut self, step: &Step, outcome: &Outcome) {
        if let (Outcome::Accepted(_), Some(entry)) = (outcome, entry(&step.call)) {
            *self.wins.entry(entry.name).or_default() += 1;
            if self.recent.len() == MEMORY {
                self.recent.pop_front();
            }
            self.recent.push_back(step.clone());
        }
    }

    fn choose(&mut self, world: &World, mood: &Mood) -> Step {
        if self.random.percent(ECHOES) {
            let place = self.random.below(MEMORY as u64);
            let echo = usize::try_from(place)
                .ok()
                .and_then(|place| self.recent.get(place));
            if let Some(echo) = echo {
                return Step {
                    wait: 0,
                    ..echo.clone()
                };
            }
        }
        let mut scene = Scene::new(world, mood.focus, mood.patience);
        if let Some(course) = mood.course.filter(|_| self.random.percent(80)) {
            if let Some((name, (wait, with))) = course(&scene, &mut self.random) {
                return self.step(name, wait, with, HOSTILE / 2);
            }
        }
        if mood.course.is_some() {
            // What comes between must not let the time go by.
            scene.patience = scene.patience.min(BETWEEN);
        }
        let mut weights = self.weights(mood);
        let all = entries::all();
        for _ in 0..TRIES {
            let Some(place) = self.random.weighted(&weights) else {
                break;
            };
            let entry = all[place];
            if let Some((wait, with)) = (entry.propose)(&scene, &mut self.random) {
                return self.step(entry.name, wait, with, HOSTILE);
            }
            weights[place] = 0;
        }
        if self.random.percent(10) {
            return self.anything();
        }
        let most = mood.patience.max(2);
        let pause = self.random.of(&[1, 2, 5, most / 8, most / 3, most]);
        Step::pause(pause.max(1))
    }

    /// Returns a step, which is hostile so many times in a hundred.
    fn step(&mut self, name: &'static str, wait: u64, with: Vec<u64>, hostile: u64) -> Step {
        let mut step = Step {
            wait,
            ..Step::call(name, with)
        };
        if self.random.percent(hostile) {
            self.bend(&mut step);
        }
        step
    }

    /// Returns the weights of the entries: those that rarely succeeded weigh more.
    fn weights(&self, mood: &Mood) -> Vec<u64> {
        let sum: u64 = self.wins.values().sum();
        let all = entries::all();
        let average = sum / all.len() as u64 + 1;
        let weigh = |entry: &&Entry| {
            let wins = self.wins.get(entry.name).copied().unwrap_or(0);
            let rarity = (4 * average / (wins + 1)).clamp(2, 24);
            entry.weight * mood.weight(entry.topic) * rarity
        };
        all.iter().map(weigh).collect()
    }

    /// Makes a step hostile.
    fn bend(&mut self, step: &mut Step) {
        let random = &mut self.random;
        match random.below(100) {
            0..30 => {
                let count = step.with.len() as u64;
                if let Ok(place) = usize::try_from(random.below(count.max(1))) {
                    if let Some(number) = step.with.get_mut(place) {
                        let near = [number.wrapping_add(1), number.wrapping_sub(1)];
                        let far = [0, 1, 2, 3, 7, 255, u64::from(u32::MAX), u64::MAX];
                        *number = if random.percent(60) {
                            random.of(&near)
                        } else {
                            random.of(&far)
                        };
                    }
                }
            }
            30..40 => {
                let wait = step.wait;
                step.wait = random.of(&[0, wait.saturating_sub(1), wait + 1, wait + 3_600]);
            }
            40..60 => step.twists.push(Twist::Account {
                place: random.below(20),
                code: any_code(random),
            }),
            60..65 => step.twists.push(Twist::Forged {
                place: random.below(20),
            }),
            65..73 => step.twists.push(Twist::Duplicate {
                place: random.below(20),
                from: random.below(20),
            }),
            73..81 => step.twists.push(Twist::Unsigned {
                place: random.below(20),
            }),
            81..85 => step.twists.push(Twist::ReadOnly {
                place: random.below(20),
            }),
            85..89 => step.twists.push(Twist::Missing {
                place: random.below(20),
            }),
            89..95 => {
                let value = random.of(&[0, 1, 255, 65_535, u64::MAX, 1 << 63]);
                let value = if random.percent(50) {
                    random.any()
                } else {
                    value
                };
                step.twists.push(Twist::Data {
                    offset: random.below(140),
                    value,
                });
            }
            95..97 => step.twists.push(Twist::Short {
                bytes: random.below(12),
            }),
            _ => step.twists.push(Twist::Again),
        }
    }

    /// Returns any entry with any numbers.
    fn anything(&mut self) -> Step {
        let random = &mut self.random;
        let all = entries::all();
        let entry = all[usize::try_from(random.below(all.len() as u64)).unwrap_or(0)];
        let number = |random: &mut Random| {
            let any = random.any();
            random.of(&[0, 1, 2, 3, 5, 8, any % 20, any % 100_000])
        };
        let with = (0..random.below(8)).map(|_| number(random)).collect();
        Step::call(entry.name, with)
    }
}

/// Returns the number of some address, of every family alike.
fn any_code(random: &mut Random) -> u64 {
    let family = random.below(cast::FAMILIES);
    let index = random.of(&[4, 20, 300]);
    cast::code(family, random.below(index))
}

/// Returns the entry of this name.
fn entry(name: &str) -> Option<&'static Entry> {
    entries::all()
        .iter()
        .copied()
        .find(|entry| entry.name == name)
}
