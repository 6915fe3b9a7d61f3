//! The path of a request as routes know it: no empty parts, no slash at the end.

use actix_web::dev::ServiceRequest;
use actix_web::http::Uri;
use actix_web::http::uri::PathAndQuery;

/// Takes out of a path what people add to one by mistake, so that `/s/sipas/` and `//s/sipas` are found as `/s/sipas` is.
pub fn tidy(request: &mut ServiceRequest) {
    let path = request.path();
    if path == "/" || !(path.ends_with('/') || path.contains("//")) {
        return;
    }
    let Some(uri) = with_path(request.uri(), &tidied(path)) else { return };
    request.match_info_mut().get_mut().update(&uri);
    request.head_mut().uri = uri;
}

fn tidied(path: &str) -> String {
    let parts: String = path.split('/').filter(|part| !part.is_empty()).flat_map(|part| ["/", part]).collect();
    if parts.is_empty() { "/".to_owned() } else { parts }
}

/// The same address with another path.
fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let path = match uri.query() {
        Some(query) => PathAndQuery::try_from(format!("{path}?{query}")),
        None => PathAndQuery::try_from(path),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path.ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn slashes_too_many_are_taken_out() {
        for (asked, found) in [
            ("/", "/"),
            ("//", "/"),
            ("/a", "/a"),
            ("/a/", "/a"),
            ("/a//", "/a"),
            ("//a///b/?x=/y//", "/a/b?x=/y//"),
            ("/a%2Fb/%C3%A1/", "/a%2Fb/%C3%A1"),
            ("/a?x=1", "/a?x=1"),
        ] {
            let mut request = TestRequest::with_uri(asked).to_srv_request();
            tidy(&mut request);
            assert_eq!(request.uri().to_string(), found, "{asked}");
            // What routes look at has its letters decoded already.
            assert_eq!(request.match_info().as_str(), request.path().replace("%C3%A1", "á"), "{asked}");
        }
    }
}
