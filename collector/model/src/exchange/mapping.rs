//! What the columns of a file of tickets are: found by the names of the preset, by ours, or as it is said.

use std::collections::BTreeMap;

use super::{Field, Terms};
use crate::import::mapping::{LEFT_OUT, Unmapped};
use crate::import::table::{REPEATED, short};
use crate::text::{Phrase, Word};
use crate::ticket::Kind;

/// What each column is; those that are left out are not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// What each is, by its number.
    pub targets: BTreeMap<usize, Field>,
}

/// The name of a column that stands several times in a header, without its number.
fn base(column: &str) -> &str {
    let is_number =
        |rest: &str| rest.strip_suffix(')').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    column.rsplit_once(REPEATED).filter(|(_, rest)| is_number(rest)).map_or(column, |(name, _)| name)
}

/// How good a name of a column is for a field: the first name of a table is the best.
fn rank(terms: &Terms, field: Field, column: &str) -> usize {
    let names = terms.preset.describe().into_iter().find(|(known, _)| *known == field.as_str());
    let name = super::preset::plain(column);
    names
        .and_then(|(_, names)| names.iter().position(|known| super::preset::plain(known) == name))
        .unwrap_or(usize::MAX)
}

impl Mapping {
    /// What the columns of a file are. A column that is nothing stays with the ticket under its own name.
    pub fn of(columns: &[String], terms: &Terms, map: &BTreeMap<String, String>) -> Result<Self, Vec<Unmapped>> {
        let mut wrong = Vec::new();
        let mut targets: BTreeMap<usize, Field> = BTreeMap::new();
        // Which column a field has, and how sure that is; what somebody said is the surest.
        let mut taken: BTreeMap<Field, (usize, usize)> = BTreeMap::new();
        for (place, column) in columns.iter().enumerate() {
            let name = base(column);
            let said = map.get(column).or_else(|| map.get(name)).map(|said| said.trim());
            if said == Some(LEFT_OUT) {
                continue;
            }
            let found = match said {
                Some(said) => Field::of(said),
                None => terms.preset.field(name),
            };
            let Some(field) = found else {
                if let Some(said) = said {
                    wrong.push(Unmapped { column: column.clone(), why: no_field(said) });
                }
                targets.insert(place, Field::Other);
                continue;
            };
            if matches!(field, Field::Comments | Field::WorkNotes | Field::Other) {
                targets.insert(place, field);
                continue;
            }
            let sure = if said.is_some() { 0 } else { rank(terms, field, name).saturating_add(1) };
            match taken.get(&field).copied() {
                Some((other, 0)) if sure == 0 => {
                    let why = Phrase::new("import_target_twice")
                        .with("other", columns.get(other).map(|name| short(name)).unwrap_or_default())
                        .with("field", field.as_str());
                    wrong.push(Unmapped { column: column.clone(), why });
                }
                Some((_, known)) if known <= sure => {
                    targets.insert(place, Field::Other);
                    continue;
                }
                Some((other, _)) => {
                    targets.insert(other, Field::Other);
                }
                None => {}
            }
            taken.insert(field, (place, sure));
            targets.insert(place, field);
        }
        for column in
            map.keys().filter(|column| !columns.iter().any(|known| known == *column || base(known) == *column))
        {
            let near = columns.iter().min_by_key(|known| strsim::damerau_levenshtein(known, column));
            let why = Phrase::new("import_no_column").with("near", near.map(|near| short(near)).unwrap_or_default());
            wrong.push(Unmapped { column: column.clone(), why: why.with("all", Word::list(columns.iter().take(50))) });
        }
        for field in [Field::ExternalId, Field::Title] {
            if !taken.contains_key(&field) {
                let why = Phrase::new("desk_needs").with("field", field.as_str());
                wrong.push(Unmapped { column: field.as_str().to_owned(), why });
            }
        }
        if terms.kind.is_none() && !taken.contains_key(&Field::Kind) {
            let why = Phrase::new("desk_needs_kind").with("kinds", kinds());
            wrong.push(Unmapped { column: Field::Kind.as_str().to_owned(), why });
        }
        if wrong.is_empty() { Ok(Self { columns: columns.to_vec(), targets }) } else { Err(wrong) }
    }

    /// The name of the column of a field.
    pub fn column(&self, field: Field) -> Option<&str> {
        let (place, _) = self.targets.iter().find(|(_, known)| **known == field)?;
        self.columns.get(*place).map(String::as_str)
    }

    /// The columns with our names of what they are; none for what is left out.
    pub fn shown(&self) -> Vec<(String, Option<String>)> {
        let field = |place: usize| self.targets.get(&place).map(|field| field.as_str().to_owned());
        self.columns.iter().enumerate().map(|(place, column)| (column.clone(), field(place))).collect()
    }
}

/// The kinds that are imported: access is not, for grants come of votes here.
pub(super) fn kinds() -> Word {
    Word::list(Kind::ALL.iter().filter(|kind| **kind != Kind::Access).map(|kind| kind.as_str()))
}

fn no_field(name: &str) -> Phrase {
    let near = Field::ALL.iter().min_by_key(|known| strsim::damerau_levenshtein(known.as_str(), name));
    Phrase::new("import_unknown_column")
        .with("class", super::CLASS)
        .with("name", short(name))
        .with("near", near.map(|field| field.as_str()).unwrap_or_default())
}
