//! `serve`: migrates, then serves until it is told to stop.

use super::stop_signal::StopSignal;
use super::{Failure, database};
use crate::config::{GlobalSettings, ServeSettings};
use crate::intake::{Intake, IntakeSettings};
use crate::storage::settings;
use crate::storage::shelf::Shelf;
use crate::{jobs, web};
use std::net::TcpListener;
use std::sync::Arc;

/// Runs the command.
pub fn run(global: &GlobalSettings, serve: &ServeSettings) -> Result<(), Failure> {
    // The port first: if it is taken nothing else is touched.
    let listener = TcpListener::bind(&serve.listen).map_err(|e| {
        format!(
            "cannot listen on {}: {e}; stop what uses it or choose another with --listen or HAILONG_LISTEN",
            serve.listen
        )
    })?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let opened = database::open(global, 8)?;
    web::block_on(serve_until_stopped(&opened, serve, listener, address))
}

async fn serve_until_stopped(
    opened: &database::Opened,
    serve: &ServeSettings,
    listener: TcpListener,
    address: std::net::SocketAddr,
) -> Result<(), Failure> {
    let db = opened.db.clone();
    let shelf = Arc::new(Shelf::filled(&db)?);
    let api = web::api::ApiState::default();
    let intake = Intake::start(db.url(), IntakeSettings::default(), Arc::new(|_, _| {}))?;
    let public_url = serve.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let app = web::App {
        db: db.clone(),
        intake: intake.clone(),
        shelf: shelf.clone(),
        secret: db.run(settings::secret).await?,
        public_url: public_url.trim_end_matches('/').to_owned(),
        limit_per_device: serve.limit_per_device,
        limit_per_address: serve.limit_per_address,
        public: web::public::PublicState::default(),
        api,
    };
    let jobs = jobs::start(&db, &shelf);
    let server = web::server(app, listener)?;
    let handle = server.handle();
    let running = tokio::spawn(server);
    let mut stop = StopSignal::listen()?;
    opened.leave_signals_to_the_command();
    println!("listening on http://{address}");
    stop.received().await;
    handle.stop(true).await;
    running.await??;
    for job in jobs {
        job.abort();
    }
    intake.stop();
    Ok(())
}
