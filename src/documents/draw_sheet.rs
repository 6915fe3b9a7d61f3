//! The draw sheet: everybody who was drawn, with code and link, for whoever sends the invitations. The only place where codes stand.
//!
//! Written for spreadsheets: with a byte order mark, and no cell that one would take for a formula.

use super::csv::{CsvFile, Flavour};
use crate::domain::sampling::Drawn;
use std::io::{self, Write};

/// One person on the sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetPerson<'a> {
    /// The place on the frame.
    pub number: usize,
    /// The code.
    pub code: String,
    /// The unit's code.
    pub unit: &'a str,
    /// The procedure's code.
    pub procedure: &'a str,
    /// The kind.
    pub kind: &'a str,
    /// How the person was drawn.
    pub drawn: &'a Drawn,
    /// Dossier and contact, where they are wanted.
    pub contact: Option<(&'a str, &'a str)>,
}

const COLUMNS: [&str; 10] =
    ["number", "code", "link", "unit", "procedure", "kind", "stratum", "cluster", "probability", "weight"];

/// Writes the sheet; links lead to `form`, the address of the survey's form.
pub fn write<'a, W: Write>(
    out: W,
    form: &str,
    has_contacts: bool,
    people: impl IntoIterator<Item = SheetPerson<'a>>,
) -> io::Result<()> {
    let more: &[&str] = if has_contacts { &["dossier", "contact"] } else { &[] };
    let header: Vec<&str> = COLUMNS.iter().chain(more).copied().collect();
    let mut file = CsvFile::start(out, Flavour::Excel, &header)?;
    for person in people {
        let SheetPerson { number, code, unit, procedure, kind, drawn, contact } = person;
        let link = format!("{form}?code={code}");
        let mut cells = vec![
            number.to_string(),
            code,
            link,
            unit.to_owned(),
            procedure.to_owned(),
            kind.to_owned(),
            drawn.stratum.clone(),
            drawn.cluster.clone().unwrap_or_default(),
            drawn.probability.to_string(),
            drawn.weight.to_string(),
        ];
        if has_contacts {
            let (dossier, contact) = contact.unwrap_or_default();
            cells.extend([dossier.to_owned(), contact.to_owned()]);
        }
        file.row(&cells)?;
    }
    let (mut out, _) = file.finish()?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sheet_has_codes_and_links_and_contacts_only_where_wanted() {
        let drawn = Drawn {
            place: 4,
            stratum: "H19.26".into(),
            cluster: None,
            probability: 0.25,
            weight: 4.0,
            fpc: Some(120.0),
        };
        let person = |contact| SheetPerson {
            number: 5,
            code: "ABCD-EFGH-JKMN".into(),
            unit: "H19.26",
            procedure: "2.000815",
            kind: "=cmd",
            drawn: &drawn,
            contact,
        };
        let sheet = |has_contacts, contact| {
            let mut out = Vec::new();
            write(&mut out, "https://x.vn/s/tron", has_contacts, [person(contact)]).unwrap();
            String::from_utf8(out).unwrap()
        };
        let expected = "\u{feff}number,code,link,unit,procedure,kind,stratum,cluster,probability,weight\r\n\
                        5,ABCD-EFGH-JKMN,https://x.vn/s/tron?code=ABCD-EFGH-JKMN,H19.26,2.000815,'=cmd,H19.26,,0.25,4\r\n";
        assert_eq!(sheet(false, Some(("D1", "0900"))), expected);
        assert!(sheet(true, Some(("D1", "+84900"))).ends_with(",0.25,4,D1,'+84900\r\n"));
    }
}
