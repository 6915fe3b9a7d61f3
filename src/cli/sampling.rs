//! `survey frame import`, `survey size`, `survey draw`: from the list of people served to the sheet of those drawn.

use super::exports::Unfinished;
use super::{Failure, WrongUsage, database, imports, print, print_json, serve, surveys};
use crate::actions::draw_sample::{DrawError, DrawWish, SheetLine, SizeWish, draw_sample};
use crate::actions::draw_secret::draw_seed;
use crate::actions::import_frame::{FrameRefusal, import_frame};
use crate::config::{
    DrawSettings, Exactness, FrameSettings, GlobalSettings, MethodName, ServeSettings, SizeSettings, StageName,
};
use crate::documents::draw_sheet::{self, SheetPerson};
use crate::domain::sampling::{FirstStage, Method, Precision};
use crate::storage::audit_log::Actor;
use crate::storage::catalogue;
use chrono::Utc;
use std::fs::Permissions;
use std::io::BufWriter;
use std::os::unix::fs::PermissionsExt;

/// `survey frame import`.
pub fn frame(global: &GlobalSettings, settings: &FrameSettings) -> Result<(), Failure> {
    let file = imports::read(&settings.file)?;
    let opened = database::open(global, 1)?;
    let (survey, actor) = (&settings.survey, Actor::command_line());
    match opened.db.run_blocking(|conn| import_frame(conn, Utc::now(), &actor, survey, &file))? {
        Ok(people) if settings.output.json => print_json(&serde_json::json!({ "survey": survey, "people": people })),
        Ok(people) => print(&format!("the frame of {survey} lists {people} people")),
        Err(FrameRefusal::NoSuchSurvey) => {
            Err(surveys::no_such_survey(&opened.db.run_blocking(catalogue::load)?, survey))
        }
        Err(FrameRefusal::Problems(problems)) => {
            imports::tell_problems(&settings.file, &problems);
            let found = imports::count(&problems);
            let file = settings.file.display();
            Err(format!("nothing was imported, {found} in {file}: correct the file and import it again").into())
        }
        Err(refusal) => Err(format!("{survey}: {refusal}").into()),
    }
}

fn wish_of(exactness: &Exactness) -> Option<SizeWish> {
    let Exactness { error, margin, confidence, share, deff, response_rate } = *exactness;
    let precision = |margin| Precision { margin, confidence, share, design_effect: deff, response_rate };
    error.map(SizeWish::Error).or_else(|| margin.map(|margin| SizeWish::Margin(precision(margin))))
}

/// `survey size`.
pub fn size(settings: &SizeSettings) -> Result<(), Failure> {
    let Some(wish) = wish_of(&settings.exactness) else {
        return Err(WrongUsage("name --error for Slovin's formula or --margin for a margin of error".to_owned()).into());
    };
    let size = wish.of(settings.population);
    if settings.output.json {
        return print_json(&serde_json::json!({ "population": settings.population, "size": size }));
    }
    print(&format!("{size} of {} people", settings.population))
}

/// `survey draw`.
pub fn draw(global: &GlobalSettings, serve: &ServeSettings, settings: &DrawSettings) -> Result<(), Failure> {
    let Some(size) = settings.size.map(SizeWish::People).or_else(|| wish_of(&settings.exactness)) else {
        return Err(WrongUsage("say how many people: --size, --error or --margin".to_owned()).into());
    };
    let method = match settings.method {
        MethodName::Stratified => Method::Stratified,
        MethodName::Systematic => Method::Systematic,
        MethodName::TwoStage => Method::TwoStage {
            units: settings.units.unwrap_or_default(),
            first: match settings.first_stage {
                StageName::BySize => FirstStage::BySize,
                StageName::Simple => FirstStage::Simple,
            },
        },
    };
    let seed = settings.seed.unwrap_or_else(draw_seed);
    let wish = DrawWish { method, size, least: settings.least, seed };
    let public_url = settings.public_url.as_deref().or(serve.public_url.as_deref());
    let public_url =
        public_url.map_or_else(|| serve::url_of(&serve.listen), |url| url.trim_end_matches('/').to_owned());
    let form = format!("{public_url}/s/{}", settings.survey);
    let file = Unfinished::create(&settings.file)?;
    let handle = file.handle()?;
    // Codes and contacts are nobody else's business on this machine.
    handle.set_permissions(Permissions::from_mode(0o600))?;
    let opened = database::open(global, 1)?;
    let (survey, actor) = (&settings.survey, Actor::command_line());
    let drawn = opened.db.run_blocking(|conn| {
        Ok(draw_sample(conn, Utc::now(), &actor, survey, &wish, |lines| {
            draw_sheet::write(BufWriter::new(&handle), &form, settings.contacts, lines.iter().map(person))?;
            handle.sync_all()
        }))
    })?;
    let (population, drawn) = match drawn {
        Ok(counts) => counts,
        Err(DrawError::NoSuchSurvey) => {
            return Err(surveys::no_such_survey(&opened.db.run_blocking(catalogue::load)?, survey));
        }
        Err(DrawError::Query(error)) => return Err(error.into()),
        Err(error) => return Err(format!("nobody was drawn for {survey}: {error}").into()),
    };
    file.finish()?;
    let path = settings.file.display();
    if settings.output.json {
        let told = serde_json::json!({
            "survey": survey, "method": method.code(), "seed": seed, "population": population, "drawn": drawn,
            "file": path.to_string(),
        });
        return print_json(&told);
    }
    print(&format!("{path}: {drawn} of {population} people drawn for {survey}, {}, seed {seed}", method.code()))
}

fn person(line: &SheetLine) -> SheetPerson<'_> {
    SheetPerson {
        number: line.number,
        code: line.code.to_string(),
        unit: &line.unit,
        procedure: &line.procedure,
        kind: &line.person.kind,
        drawn: &line.drawn,
        contact: Some((&line.person.dossier, &line.person.contact)),
    }
}
