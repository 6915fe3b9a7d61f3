//! What a first look shows: start times, the sizes of the program and of the form page, and that nothing durable is turned off.

use crate::bench::Bench;
use crate::report::Report;
use crate::stored::connect;
use diesel::prelude::*;
use diesel::sql_types::Text;

#[derive(QueryableByName)]
struct Settings {
    #[diesel(sql_type = Text)]
    settings: String,
}

/// Tells them.
pub fn run(bench: &mut Bench, report: &mut Report) {
    report.add("program_mb", bench.service.program_mb());
    report.add("first_start_ms", bench.service.start_ms as f64);
    report.add("restart_ms", bench.service.restart_ms as f64);
    let (html, css) = bench.service.page_sizes();
    report.add("form_page_brotli_bytes", html as f64);
    report.add("form_page_style_brotli_bytes", css as f64);
    let look = "select string_agg(name || '=' || setting, ' ' order by name) as settings from pg_settings \
         where name in ('fsync', 'full_page_writes', 'server_version', 'synchronous_commit')";
    let mut conn = connect(&bench.service.database_url());
    let settings: Settings = diesel::sql_query(look).get_result(&mut conn).unwrap();
    report.note("postgres", settings.settings);
}
