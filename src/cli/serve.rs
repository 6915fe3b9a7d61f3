//! `serve`: migrates, then serves until it is told to stop, and says where to click.

use super::stop_signal::StopSignal;
use super::{Failure, WrongUsage, database};
use crate::actions::make_link::{LINK_HOURS, ensure_first_administrator};
use crate::config::{GlobalSettings, ServeSettings};
use crate::intake::{Intake, IntakeSettings};
use crate::local_postgres::{Growth, core_of_disk};
use crate::storage::servers::Presence;
use crate::storage::settings;
use crate::storage::shelf::Shelf;
use crate::{catalog, jobs, web};
use chrono::Utc;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Connections of the pool; the intake's writers have their own.
const CONNECTIONS: u32 = 8;

/// How long the end waits for submissions to be written.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs the command.
pub fn run(global: &GlobalSettings, serve: &ServeSettings) -> Result<(), Failure> {
    // The port first: if it is taken nothing else is touched.
    let listener = TcpListener::bind(&serve.listen).map_err(|error| cannot_listen(&serve.listen, &error))?;
    listener.set_nonblocking(true)?;
    let library = catalog::load(global.forms().as_deref())?;
    let opened = database::open(global, CONNECTIONS)?;
    let data = global.database_url().is_none().then(|| global.data.clone());
    web::block_on(serve_until_stopped(&opened, serve, listener, library, data))?
}

fn cannot_listen(listen: &str, error: &std::io::Error) -> Failure {
    let has_port = listen.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
    if !has_port {
        let wrong = format!(
            "cannot listen on {listen}: write an address and a port, such as 127.0.0.1:8080, localhost:8080 or [::1]:8080, \
             with --listen or HAILONG_LISTEN"
        );
        return WrongUsage(wrong).into();
    }
    format!("cannot listen on {listen}: {error}; stop what uses it or choose another with --listen or HAILONG_LISTEN")
        .into()
}

async fn serve_until_stopped(
    opened: &database::Opened,
    serve: &ServeSettings,
    listener: TcpListener,
    library: catalog::Library,
    data: Option<PathBuf>,
) -> Result<(), Failure> {
    let bound = Duration::from_secs(serve.replica_lag);
    let db = match serve.database_replica_url() {
        None => opened.db.clone(),
        Some(url) => database::with_replica(opened.db.clone(), url, CONNECTIONS, bound)?,
    };
    let presence = Arc::new(Presence::default());
    presence.tell(&db).await?;
    let address = listener.local_addr()?;
    let shelf = Arc::new(Shelf::filled(&db)?);
    let api = web::api::ApiState::default();
    let counting = library.counting().clone();
    let intake = Intake::start(db.url(), IntakeSettings::default(), api.batch_observer())?;
    let public_url = serve.public_url.clone().unwrap_or_else(|| url_of(&address.to_string()));
    let public_url = public_url.trim_end_matches('/').to_owned();
    let app = web::App {
        db: db.clone(),
        intake: intake.clone(),
        shelf: shelf.clone(),
        kept_sizes: Arc::default(),
        library: Arc::new(library),
        secret: db.run(settings::secret).await?,
        public_url: public_url.clone(),
        contact: serve.contact.clone().filter(|contact| !contact.trim().is_empty()),
        limit_per_device: serve.limit_per_device,
        limit_per_address: serve.limit_per_address,
        trusted_proxies: serve.trusted_proxies.clone(),
        presence: presence.clone(),
        public: web::public::PublicState::default(),
        api,
        staff: web::staff::StaffState::default(),
    };
    let first_link = db.run(|conn| ensure_first_administrator(conn, Utc::now())).await?;
    let mut jobs = jobs::start(&db, &shelf, &presence, counting);
    if let Some(data) = data {
        let mut growth = Growth::of_cluster_in(&data);
        jobs.extend(jobs::beside_disk(&intake, move || core_of_disk(&data), move || growth.write_back()));
    }
    let server = web::server(app, listener)?;
    let handle = server.handle();
    let running = tokio::spawn(server);
    let mut stop = StopSignal::listen()?;
    opened.leave_signals_to_the_command();
    // Whoever started us may have stopped reading; that is no reason not to serve.
    if let Err(error) = say_where_to_click(address, &public_url, first_link.as_ref().map(|token| token.reveal())) {
        tracing::warn!(%error, "nobody reads what is printed");
    }
    stop.received().await;
    end_at_once_on_another(stop);
    tracing::info!("stopping");
    handle.stop(true).await;
    running.await??;
    for job in jobs {
        job.abort();
    }
    drain(intake).await;
    if let Err(error) = presence.leave(&db).await {
        tracing::debug!(%error, "the other servers will notice by themselves");
    }
    Ok(())
}

/// Has the intake write what still waits, for as long as anybody waits for it: with the database away that could take minutes,
/// and nobody has been told that it is stored.
async fn drain(intake: Intake) {
    let (done, drained) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        intake.stop();
        done.send(())
    });
    if tokio::time::timeout(PATIENCE, drained).await.is_err() {
        tracing::warn!("ending although some submissions wait for the database; nobody was told that they are stored");
    }
}

/// Whoever asks twice does not want to wait. What was acknowledged is on the disk all the same.
fn end_at_once_on_another(mut stop: StopSignal) {
    tokio::spawn(async move {
        stop.received().await;
        std::process::exit(130);
    });
}

fn say_where_to_click(address: SocketAddr, public_url: &str, first_link: Option<&str>) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening on http://{address}")?;
    writeln!(out, "  Trang người dân  Public page  {public_url}/")?;
    writeln!(out, "  Trang cán bộ     Staff page   {public_url}/staff")?;
    if let Some(token) = first_link {
        writeln!(
            out,
            "  Chưa có quản trị viên nào có mật khẩu. Đặt mật khẩu một lần, trong vòng {LINK_HOURS} giờ, tại:"
        )?;
        writeln!(
            out,
            "  No administrator has a password yet. Set the first one's, once, within {LINK_HOURS} hours, at:"
        )?;
        writeln!(out, "  {public_url}/staff/welcome/{token}")?;
    }
    out.flush()
}

/// Where a browser on this machine finds what listens on an address, also where that is all addresses.
pub fn url_of(listen: &str) -> String {
    let Ok(address) = listen.parse::<SocketAddr>() else { return format!("http://{listen}") };
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, address.port()))
}
