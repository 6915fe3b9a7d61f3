//! Style sheets and scripts: compiled in, addressed by the hash of their content, immutable for browsers.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

struct Asset {
    name: &'static str,
    content: &'static str,
    content_type: &'static str,
}

const ASSETS: [Asset; 4] = [
    Asset { name: "public.css", content: include_str!("assets/public.css"), content_type: "text/css; charset=utf-8" },
    Asset { name: "method.css", content: include_str!("assets/method.css"), content_type: "text/css; charset=utf-8" },
    Asset { name: "paper.css", content: include_str!("assets/paper.css"), content_type: "text/css; charset=utf-8" },
    Asset { name: "staff.css", content: include_str!("assets/staff.css"), content_type: "text/css; charset=utf-8" },
];

fn urls() -> &'static [(String, &'static Asset)] {
    static URLS: OnceLock<Vec<(String, &'static Asset)>> = OnceLock::new();
    URLS.get_or_init(|| {
        ASSETS
            .iter()
            .map(|asset| {
                let hash = hex::encode(&Sha256::digest(asset.content)[..6]);
                (format!("/assets/{hash}/{}", asset.name), asset)
            })
            .collect()
    })
}

/// The address of an asset.
pub fn url(name: &str) -> &'static str {
    urls().iter().find(|(_, asset)| asset.name == name).map_or("", |(url, _)| url)
}

async fn serve(path: web::Path<(String, String)>) -> HttpResponse {
    let (hash, name) = path.into_inner();
    let wanted = format!("/assets/{hash}/{name}");
    match urls().iter().find(|(url, _)| *url == wanted) {
        Some((_, asset)) => HttpResponse::Ok()
            .content_type(asset.content_type)
            .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .body(asset.content),
        None => HttpResponse::NotFound().finish(),
    }
}

/// The routes.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/assets/{hash}/{name}", web::get().to(serve));
}
