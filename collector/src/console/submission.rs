//! A form as it came in. No handler sees one whose token does not fit the session.

use axum::extract::{Form, FromRef, FromRequest, FromRequestParts, Request};
use axum::response::Response;
use muster_shared::Time;
use subtle::ConstantTimeEq;

use super::moment;
use super::visitor::Visitor;
use crate::app::Shared;

/// The name of the hidden field with the session's token.
pub(crate) const CSRF: &str = "csrf";

/// The fields of a form, in order; a name can stand more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields(pub(crate) Vec<(String, String)>);

impl Fields {
    /// The text of a field; absent is empty.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// The trimmed text of a field, when there is any.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        Some(self.text(name).trim()).filter(|text| !text.is_empty())
    }

    /// All values of a field.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The number in a field.
    pub(crate) fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.filled(name).and_then(|text| text.parse().ok())
    }

    /// The moment in a field, in UTC.
    pub(crate) fn moment(&self, name: &str) -> Option<Time> {
        self.filled(name).and_then(moment::parse_field)
    }

    /// The version of the record that the form was made from.
    pub(crate) fn version(&self) -> Option<u64> {
        self.number("version")
    }
}

/// A form of a signed-in person, with the token of their session.
#[derive(Debug)]
pub(crate) struct Submission {
    pub(crate) visitor: Visitor,
    pub(crate) fields: Fields,
}

/// The fields of a body that is a form; anything else has none.
pub(crate) async fn read_fields(request: Request) -> Fields {
    let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
    Fields(form.map(|form| form.0).unwrap_or_default())
}

/// Whether a form has the token of its sender's session.
pub(crate) fn is_of_session(fields: &Fields, visitor: &Visitor) -> bool {
    let expected = visitor.signed_in.session.csrf_token.as_bytes();
    bool::from(fields.text(CSRF).as_bytes().ct_eq(expected)) && !expected.is_empty()
}

impl<S> FromRequest<S> for Submission
where
    Shared: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, state).await?;
        let fields = read_fields(Request::from_parts(parts, body)).await;
        if is_of_session(&fields, &visitor) { Ok(Self { visitor, fields }) } else { Err(visitor.refuse_forged()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_and_empty_fields_are_the_same() {
        let fields = Fields(vec![
            ("a".into(), " x ".into()),
            ("b".into(), " ".into()),
            ("r".into(), "1".into()),
            ("r".into(), "2".into()),
        ]);
        assert_eq!(fields.filled("a"), Some("x"));
        assert_eq!((fields.filled("b"), fields.filled("c")), (None, None));
        assert_eq!(fields.all("r").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(fields.number::<u8>("r"), Some(1));
        assert_eq!(fields.version(), None);
    }
}
