//! Expressions as they stand in cells: the part of XPath that conditions and limits are written in.
//!
//! Reading only; what an expression means is for `conditions` and `constraint` to say.

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expression {
    /// One of these holds.
    Or(Vec<Expression>),
    /// All of these hold.
    And(Vec<Expression>),
    /// Two things compared.
    Compare(Box<Expression>, Sign, Box<Expression>),
    /// A function of some things.
    Call(String, Vec<Expression>),
    /// The answer to a question: `${name}`.
    Answer(String),
    /// The answer at hand: `.`.
    Itself,
    /// A text in quotes.
    Text(String),
    /// A number as it is written.
    Number(String),
}

/// How two things are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Sign {
    /// The same with its sides changed.
    pub fn turned(self) -> Self {
        match self {
            Self::Less => Self::More,
            Self::AtMost => Self::AtLeast,
            Self::More => Self::Less,
            Self::AtLeast => Self::AtMost,
            same => same,
        }
    }
}

/// How deep expressions may be nested.
const DEEPEST: usize = 40;

/// Reads an expression; nothing where it is none, or more than is understood here.
pub(super) fn parse(text: &str) -> Option<Expression> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let expression = parser.any_of()?;
    (parser.at == parser.tokens.len()).then_some(expression)
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Answer(String),
    Text(String),
    Number(String),
    Sign(Sign),
    Dot,
    Minus,
    Open,
    Close,
    Comma,
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let signs: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(sign) = signs.get(at).copied() {
        let next = signs.get(at + 1).copied();
        let run = |from: usize, is_in: &dyn Fn(char) -> bool| -> String {
            signs.get(from..).unwrap_or_default().iter().take_while(|c| is_in(**c)).collect()
        };
        let (token, length) = match (sign, next) {
            (space, _) if space.is_whitespace() => {
                at += 1;
                continue;
            }
            ('$', Some('{')) => {
                let name = run(at + 2, &|c| c != '}');
                let length = name.chars().count() + 3;
                signs.get(at + length - 1)?;
                (Token::Answer(name.trim().to_owned()), length)
            }
            ('\'' | '"' | '‘' | '’' | '“' | '”', _) => {
                let ends: &[char] = match sign {
                    '\'' => &['\''],
                    '"' => &['"'],
                    '‘' | '’' => &['‘', '’'],
                    _ => &['“', '”'],
                };
                let inner = run(at + 1, &|c| !ends.contains(&c));
                let length = inner.chars().count() + 2;
                signs.get(at + length - 1)?;
                (Token::Text(inner), length)
            }
            ('0'..='9', _) | ('.', Some('0'..='9')) => {
                let number = run(at, &|c| c.is_ascii_digit() || c == '.');
                let length = number.len();
                let number = if number.starts_with('.') { format!("0{number}") } else { number };
                (Token::Number(number), length)
            }
            ('!', Some('=')) => (Token::Sign(Sign::Unequal), 2),
            ('<', Some('=')) => (Token::Sign(Sign::AtMost), 2),
            ('>', Some('=')) => (Token::Sign(Sign::AtLeast), 2),
            ('=', _) => (Token::Sign(Sign::Equal), 1),
            ('<', _) => (Token::Sign(Sign::Less), 1),
            ('>', _) => (Token::Sign(Sign::More), 1),
            ('(', _) => (Token::Open, 1),
            (')', _) => (Token::Close, 1),
            (',', _) => (Token::Comma, 1),
            ('-', _) => (Token::Minus, 1),
            ('.', _) if next != Some('.') && next != Some('/') => (Token::Dot, 1),
            (letter, _) if letter.is_ascii_alphabetic() => {
                let word = run(at, &|c| c.is_ascii_alphanumeric() || "-_:".contains(c));
                let length = word.len();
                (Token::Word(word), length)
            }
            _ => return None,
        };
        found.push(token);
        at += length;
    }
    Some(found)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn takes(&mut self, token: &Token) -> bool {
        let is_next = self.tokens.get(self.at) == Some(token);
        self.at += usize::from(is_next);
        is_next
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let is_next = matches!(self.tokens.get(self.at), Some(Token::Word(w)) if w.eq_ignore_ascii_case(word));
        self.at += usize::from(is_next);
        is_next
    }

    fn any_of(&mut self) -> Option<Expression> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let first = self.all_of()?;
        let mut all = vec![first];
        while self.takes_word("or") {
            all.push(self.all_of()?);
        }
        self.depth -= 1;
        if all.len() == 1 { all.pop() } else { Some(Expression::Or(all)) }
    }

    fn all_of(&mut self) -> Option<Expression> {
        let first = self.comparison()?;
        let mut all = vec![first];
        while self.takes_word("and") {
            all.push(self.comparison()?);
        }
        if all.len() == 1 { all.pop() } else { Some(Expression::And(all)) }
    }

    fn comparison(&mut self) -> Option<Expression> {
        let left = self.thing()?;
        let Some(Token::Sign(sign)) = self.tokens.get(self.at).cloned() else { return Some(left) };
        self.at += 1;
        Some(Expression::Compare(Box::new(left), sign, Box::new(self.thing()?)))
    }

    fn thing(&mut self) -> Option<Expression> {
        let token = self.tokens.get(self.at).cloned()?;
        self.at += 1;
        Some(match token {
            Token::Answer(name) => Expression::Answer(name),
            Token::Text(text) => Expression::Text(text),
            Token::Number(number) => Expression::Number(number),
            Token::Dot => Expression::Itself,
            Token::Minus => {
                let Some(Token::Number(number)) = self.tokens.get(self.at).cloned() else { return None };
                self.at += 1;
                Expression::Number(format!("-{number}"))
            }
            Token::Open => {
                let inner = self.any_of()?;
                if !self.takes(&Token::Close) {
                    return None;
                }
                inner
            }
            Token::Word(word) => {
                if !self.takes(&Token::Open) {
                    return None;
                }
                let mut of = Vec::new();
                while !self.takes(&Token::Close) {
                    if !of.is_empty() && !self.takes(&Token::Comma) {
                        return None;
                    }
                    of.push(self.any_of()?);
                }
                Expression::Call(word.to_lowercase(), of)
            }
            Token::Sign(_) | Token::Close | Token::Comma => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn and_binds_closer_than_or() {
        let read = parse("${a} = 'x' or ${b} != \"y\" and not(selected(${c}, ‘z’))").unwrap();
        let Expression::Or(parts) = read else { panic!("{read:?}") };
        assert!(matches!(&parts[1], Expression::And(both) if both.len() == 2), "{parts:?}");
        assert_eq!(parse(". >= -0.5"), parse("(.>=- .5)"));
        assert_eq!(parse("string-length(.) < 10").map(|_| ()), Some(()));
    }

    #[test]
    fn what_is_more_than_that_is_not_read() {
        for bad in
            ["", "'x", "${a", "../a = 1", "/data/a = 1", "1 + 1", "a", "(1", "f(1 2)", "- -1", "${a} = ", "* = 1"]
        {
            assert_eq!(parse(bad), None, "{bad}");
        }
        assert_eq!(parse(&"(".repeat(10_000)), None);
        assert_eq!(parse(&"-".repeat(10_000)), None);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "[-$.{}()'\"=<>!, a-c0-9“”đ]{0,40}") {
            drop(parse(&text));
        }
    }
}
