//! One account of a program, read field by field.

use super::layout::{self, Field, Kind};
use assay_client::Address;

/// The bytes of an account without its discriminator, or of a struct inside one.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    /// What it is.
    pub kind: &'static Kind,
    data: &'a [u8],
}

/// A struct of a list inside an account.
pub type Item<'a> = Record<'a>;

impl<'a> Record<'a> {
    /// Returns an account of one of the four programs; `None` for any other.
    pub fn read(owner: &Address, data: &'a [u8]) -> Option<Self> {
        let kind = layout::kind_of(owner, data)?;
        let data = data.get(8..).filter(|data| data.len() >= kind.size)?;
        Some(Self { kind, data })
    }

    /// Returns whether it is of this type.
    pub fn is(&self, name: &str) -> bool {
        self.kind.name == name
    }

    fn field(&self, name: &str) -> &'static Field {
        let field = self.kind.fields.get(name);
        field.unwrap_or_else(|| panic!("{} has no field {name}", self.kind.name))
    }

    /// Returns whether the type has such a field.
    pub fn has(&self, name: &str) -> bool {
        self.kind.fields.contains_key(name)
    }

    /// Returns the bytes of a field.
    ///
    /// # Panics
    /// If the type has no such field; so do all that read fields.
    pub fn bytes(&self, name: &str) -> &'a [u8] {
        let field = self.field(name);
        &self.data[field.offset..field.offset + field.len]
    }

    /// Returns a whole number of up to eight bytes.
    pub fn u64(&self, name: &str) -> u64 {
        let bytes = self.bytes(name);
        let mut whole = [0; 8];
        whole[..bytes.len()].copy_from_slice(bytes);
        u64::from_le_bytes(whole)
    }

    /// Returns a whole number of up to sixteen bytes.
    pub fn u128(&self, name: &str) -> u128 {
        let bytes = self.bytes(name);
        let mut whole = [0; 16];
        whole[..bytes.len()].copy_from_slice(bytes);
        u128::from_le_bytes(whole)
    }

    /// Returns a time.
    pub fn i64(&self, name: &str) -> i64 {
        self.u64(name).cast_signed()
    }

    /// Returns a number of one byte.
    pub fn u8(&self, name: &str) -> u8 {
        self.bytes(name)[0]
    }

    /// Returns 32 bytes.
    pub fn hash(&self, name: &str) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(self.bytes(name));
        hash
    }

    /// Returns an address.
    pub fn address(&self, name: &str) -> Address {
        Address::new_from_array(self.hash(name))
    }

    /// Returns the structs of an array.
    pub fn items(&self, name: &str) -> Vec<Item<'a>> {
        let of = self.field(name).items.as_deref();
        let kind = of.and_then(|of| layout::kind(self.kind.program, of));
        let kind = kind.unwrap_or_else(|| panic!("{name} is no array of structs"));
        split(kind, self.bytes(name))
    }

    /// Returns the structs behind the fields: the seats of a job, a check or a round.
    pub fn seats(&self) -> Vec<Item<'a>> {
        let kind = layout::kind(self.kind.program, "Seat").expect("the market has seats");
        let tail = &self.data[self.kind.size..];
        split(kind, tail.get(4..).unwrap_or_default())
    }

    /// Returns every byte behind the discriminator.
    pub fn raw(&self) -> &'a [u8] {
        self.data
    }

    /// Returns the struct that a field is.
    pub fn within(&self, name: &str, of: &str) -> Item<'a> {
        let kind = layout::kind(self.kind.program, of).expect("a type of the program");
        Record {
            kind,
            data: self.bytes(name),
        }
    }
}

fn split<'a>(kind: &'static Kind, bytes: &'a [u8]) -> Vec<Item<'a>> {
    let whole = bytes.chunks_exact(kind.size);
    whole.map(|data| Record { kind, data }).collect()
}
