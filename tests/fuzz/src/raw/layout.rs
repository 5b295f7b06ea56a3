//! Where the fields of every account lie, by the committed IDLs. Every number is little-endian and nothing is aligned.

use assay_client::Address;
use serde_json::Value;
use std::{collections::HashMap, sync::OnceLock};

/// One of the four programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Program {
    /// Locks, proposals and votes.
    Governance,
    /// Jobs, workers and rounds.
    Market,
    /// The emission and its epochs.
    Rewards,
    /// Providers and their stake.
    Staking,
}

impl Program {
    /// Every program.
    pub const ALL: [Self; 4] = [Self::Governance, Self::Market, Self::Rewards, Self::Staking];

    /// Returns the program's address.
    pub fn id(self) -> Address {
        match self {
            Self::Governance => assay_governance::ID,
            Self::Market => assay_market::ID,
            Self::Rewards => assay_rewards::ID,
            Self::Staking => assay_staking::ID,
        }
    }

    /// Returns the program at an address.
    pub fn at(address: &Address) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|program| program.id() == *address)
    }

    /// Returns the program's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Governance => "governance",
            Self::Market => "market",
            Self::Rewards => "rewards",
            Self::Staking => "staking",
        }
    }

    fn idl(self) -> &'static str {
        match self {
            Self::Governance => include_str!("../../../../idls/assay_governance.json"),
            Self::Market => include_str!("../../../../idls/assay_market.json"),
            Self::Rewards => include_str!("../../../../idls/assay_rewards.json"),
            Self::Staking => include_str!("../../../../idls/assay_staking.json"),
        }
    }
}

/// Where a field lies, behind the discriminator.
#[derive(Clone, Debug)]
pub struct Field {
    /// Bytes before it.
    pub offset: usize,
    /// Its bytes.
    pub len: usize,
    /// Of an array of structs: the struct.
    pub items: Option<String>,
}

/// A type of account, or of a struct in one.
#[derive(Debug)]
pub struct Kind {
    /// The program that owns such accounts.
    pub program: Program,
    /// The name of the type.
    pub name: String,
    /// The first eight bytes of an account of it; none of a struct.
    pub discriminator: Vec<u8>,
    /// Fields by name; fields of structs inside by `outer.inner`.
    pub fields: HashMap<String, Field>,
    /// Bytes of all fields.
    pub size: usize,
}

struct Interfaces {
    kinds: HashMap<(Program, String), Kind>,
    accounts: HashMap<(Program, Vec<u8>), String>,
    instructions: HashMap<(Program, Vec<u8>), String>,
}

fn interfaces() -> &'static Interfaces {
    static INTERFACES: OnceLock<Interfaces> = OnceLock::new();
    INTERFACES.get_or_init(|| {
        let mut all = Interfaces {
            kinds: HashMap::new(),
            accounts: HashMap::new(),
            instructions: HashMap::new(),
        };
        for program in Program::ALL {
            let idl: Value = serde_json::from_str(program.idl()).expect("an IDL is JSON");
            read(program, &idl, &mut all);
        }
        all
    })
}

fn read(program: Program, idl: &Value, all: &mut Interfaces) {
    let discriminator = |value: &Value| -> Vec<u8> {
        let bytes = value["discriminator"].as_array().into_iter().flatten();
        bytes
            .filter_map(|byte| u8::try_from(byte.as_u64()?).ok())
            .collect()
    };
    let list = |key: &str| idl[key].as_array().cloned().unwrap_or_default();
    let types: HashMap<String, Value> = list("types")
        .into_iter()
        .map(|of| (text(&of["name"]), of["type"].clone()))
        .collect();
    for account in list("accounts") {
        let name = text(&account["name"]);
        all.accounts
            .insert((program, discriminator(&account)), name);
    }
    for instruction in list("instructions") {
        let name = format!("{}.{}", program.name(), text(&instruction["name"]));
        all.instructions
            .insert((program, discriminator(&instruction)), name);
    }
    let accounts: HashMap<String, Vec<u8>> = list("accounts")
        .iter()
        .map(|account| (text(&account["name"]), discriminator(account)))
        .collect();
    for (name, of) in &types {
        if of["kind"] != "struct" || !of["fields"].is_array() {
            continue;
        }
        let mut fields = HashMap::new();
        if let Some(size) = flatten(of, &types, "", 0, &mut fields) {
            let kind = Kind {
                program,
                name: name.clone(),
                discriminator: accounts.get(name).cloned().unwrap_or_default(),
                fields,
                size,
            };
            all.kinds.insert((program, name.clone()), kind);
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Adds the fields of a struct that begins at `start`. Returns its size; `None` if it has none that is fixed.
fn flatten(
    of: &Value,
    types: &HashMap<String, Value>,
    prefix: &str,
    start: usize,
    fields: &mut HashMap<String, Field>,
) -> Option<usize> {
    let mut size = 0;
    for field in of["fields"].as_array()? {
        let name = format!("{prefix}{}", field["name"].as_str()?);
        let offset = start + size;
        let (len, items) = size_of(&field["type"], types)?;
        if let Some(inner) = field["type"]["defined"]["name"].as_str() {
            let within = &types[inner];
            if within["kind"] == "struct" && within["fields"].is_array() {
                flatten(within, types, &format!("{name}."), offset, fields)?;
            }
        }
        fields.insert(name, Field { offset, len, items });
        size += len;
    }
    Some(size)
}

/// Returns the size of a type, and of an array of structs the struct's name.
fn size_of(of: &Value, types: &HashMap<String, Value>) -> Option<(usize, Option<String>)> {
    if let Some(name) = of.as_str() {
        let size = match name {
            "u8" | "i8" | "bool" => 1,
            "u16" | "i16" => 2,
            "u32" | "i32" => 4,
            "u64" | "i64" => 8,
            "u128" => 16,
            "pubkey" => 32,
            _ => return None,
        };
        return Some((size, None));
    }
    if let Some(array) = of["array"].as_array() {
        let (item, _) = size_of(array.first()?, types)?;
        let count = usize::try_from(array.get(1)?.as_u64()?).ok()?;
        let name = array.first()?["defined"]["name"].as_str();
        return Some((item * count, name.map(str::to_owned)));
    }
    let inner = types.get(of["defined"]["name"].as_str()?)?;
    if inner["kind"] == "enum" {
        return Some((1, None));
    }
    if let Some(alias) = inner.get("alias") {
        return size_of(alias, types);
    }
    if inner["fields"].is_array() {
        return flatten(inner, types, "", 0, &mut HashMap::new()).map(|size| (size, None));
    }
    // A wrapper of one byte for an enum.
    Some((1, None))
}

/// Returns the type of an account of a program by its first eight bytes.
pub fn kind_of(owner: &Address, data: &[u8]) -> Option<&'static Kind> {
    let program = Program::at(owner)?;
    let discriminator = data.get(..8)?.to_vec();
    let name = interfaces().accounts.get(&(program, discriminator))?;
    kind(program, name)
}

/// Returns a type by its name.
pub fn kind(program: Program, name: &str) -> Option<&'static Kind> {
    interfaces().kinds.get(&(program, name.to_owned()))
}

/// Returns the name of an instruction, such as `market.post_job`, by its program and its data.
pub fn instruction_name(program: &Address, data: &[u8]) -> Option<&'static str> {
    let program = Program::at(program)?;
    let discriminator = data.get(..8)?.to_vec();
    let name = interfaces().instructions.get(&(program, discriminator))?;
    Some(name)
}

/// Returns the names of every instruction, sorted.
pub fn instruction_names() -> Vec<&'static str> {
    let mut names: Vec<&str> = interfaces()
        .instructions
        .values()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_has_a_layout_and_every_program_instructions() {
        for (program, name) in interfaces()
            .accounts
            .iter()
            .map(|((program, _), name)| (*program, name))
        {
            assert!(kind(program, name).is_some(), "{program:?} {name}");
        }
        assert!(instruction_names().len() >= 58);
    }

    #[test]
    fn fields_lie_one_behind_the_other() {
        let seat = kind(Program::Market, "Seat").expect("a seat");
        assert_eq!(seat.size, 120);
        assert_eq!(seat.fields["state"].offset, 112);
        let worker = kind(Program::Market, "Worker").expect("a worker");
        assert_eq!(worker.fields["ring"].items.as_deref(), Some("Work"));
        let round = kind(Program::Market, "RoundHeader").expect("a round");
        assert!(round.fields.contains_key("round.challenger.worker"));
    }
}
