//! What is hidden of a procedure, because of how few people said something about others, is what all of these tell, however few of
//! them are looked at.

use crate::counting::{counting, new_submission, place, store};
use crate::counting_rolled_up::{day, noon, units};
use crate::support::Database;
use hailong::actions::fold_tallies::fold_all;
use hailong::domain::access::Scope;
use hailong::domain::index::{closed_among, measure, people, publish_beside};
use hailong::domain::narrowing::Narrowing;
use hailong::domain::period::Period;
use hailong::storage::catalogue;
use hailong::storage::figures::{Asked, Reader};
use hailong::storage::submissions::NewSubmission;
use hailong::storage::tallies::{Filter, Split, sums};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::sync::Arc;

/// How many procedures there are.
const PROCEDURES: usize = 8;

#[test]
fn what_is_hidden_of_a_procedure_is_what_all_others_tell() {
    let database = Database::new();
    let mut conn = database.conn();
    let conn = &mut conn;
    let mut random = StdRng::seed_from_u64(31);
    units(conn);
    for number in 0..PROCEDURES {
        database.execute(&format!(
            "insert into procedures (code, name_vi, name_en, field_vi, field_en, valid_from) \
             values ('9.{number:06}', 'Thủ tục', 'Procedure', 'Lĩnh vực', 'Field', '2020-01-01')"
        ));
    }
    let (at, known) = (place(conn), catalogue::load(conn).unwrap());
    let id = |number: usize| known.procedures_of_code(&format!("9.{number:06}"))[0];
    let mut of_the_first = 0;
    for _ in 0..900 {
        let mut submission = new_submission(&at, &mut random).submission;
        // Fewer came for each than for the one before.
        let share: f64 = random.random();
        let number = (share.powi(2) * PROCEDURES as f64) as usize;
        submission.procedure = Some(id(number));
        let answers = &mut submission.answers;
        // Of the first, for which most came, three said something about one criterion: the least of the others goes along.
        of_the_first += usize::from(number == 0 && answers.get("officer_5").is_some());
        if number == 0 && of_the_first > 3 {
            answers.remove("officer_5");
        }
        // Hardly anybody says something about another.
        if random.random_range(0..20) > 0 {
            answers.remove("feedback_3");
        }
        store(conn, &NewSubmission::new(submission, &at.form, b"secret"));
    }
    fold_all(conn, noon(2027, 3, 1), &counting()).unwrap();
    let library = hailong::catalog::load(None).unwrap();
    let definition = library.index_for_form(&at.survey.form, day("2026-06-01").unwrap()).unwrap();
    let layout = library.counting().layout(&at.form);
    let filter = Filter { survey: Some(at.survey.id), ..Filter::default() };
    let all = sums(conn, &layout, &Scope::All, &filter, Split::Procedure).unwrap();
    let catalogue = Arc::new(known.clone());
    let (mut with_closed, mut without) = (0, 0);
    for number in 0..PROCEDURES {
        let key = (id(number).0, 0);
        let Some(own) = all.get(&key) else { continue };
        let others = all.iter().filter(|(other, _)| **other != key).map(|(_, tally)| tally);
        let groups: Vec<Vec<i64>> = others.chain([own]).map(|tally| people(definition, &layout, tally)).collect();
        let codes = definition.nodes.iter().map(|node| node.code.as_str());
        let closed = closed_among(codes, groups.len() - 1, &groups);
        let asked = Asked {
            catalogue: catalogue.clone(),
            kept: Arc::default(),
            scope: Scope::All,
            definition: definition.clone(),
            layout: layout.clone(),
            survey: Some(at.survey.id),
            mixing: Default::default(),
            form_version: at.survey.form_version,
            narrowing: Narrowing { procedure: Some(format!("9.{number:06}")), ..Narrowing::default() },
            period: Period::default(),
        };
        let shown = Reader::new(conn, asked).unwrap().whole(conn).unwrap();
        if shown.submissions.is_none() {
            continue;
        }
        let expected = publish_beside(&measure(definition, &layout, own).unwrap(), &closed);
        assert_eq!(shown.tree, expected, "procedure {number}: {closed:?}");
        *(if closed.is_empty() { &mut without } else { &mut with_closed }) += 1;
    }
    assert!(with_closed > 2 && without > 1, "{with_closed} procedures with something closed, {without} without");
}
