//! Quoting for the two text forms people read: a shell line and a CSV field.

/// Appends one shell word that bash reads back as `token`.
pub fn write_shell(out: &mut Vec<u8>, token: &str) {
    let bytes = token.as_bytes();
    if bytes.iter().any(|&byte| byte < 0x20 || byte == 0x7f) {
        write_ansi_quoted(out, bytes);
    } else if !bytes.is_empty() && bytes.iter().all(|&byte| is_plain(byte)) {
        out.extend_from_slice(bytes);
    } else {
        out.push(b'\'');
        for &byte in bytes {
            if byte == b'\'' {
                out.extend_from_slice(b"'\"'\"'");
            } else {
                out.push(byte);
            }
        }
        out.push(b'\'');
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_@%+=:,./-".contains(&byte)
}

fn write_ansi_quoted(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(b"$'");
    for &byte in bytes {
        match byte {
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\'' => out.extend_from_slice(b"\\'"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0..0x20 | 0x7f => {
                out.extend_from_slice(b"\\x");
                crate::canonical::write_hex(out, &[byte]);
            }
            _ => out.push(byte),
        }
    }
    out.push(b'\'');
}

/// Appends a CSV field, quoted only where it must be.
pub fn write_csv_field(out: &mut Vec<u8>, field: &[u8]) {
    if field.iter().any(|byte| b"\",\r\n".contains(byte)) {
        out.push(b'"');
        write_csv_doubled(out, field);
        out.push(b'"');
    } else {
        out.extend_from_slice(field);
    }
}

/// Appends the inside of a quoted CSV field: each double quote twice.
pub fn write_csv_doubled(out: &mut Vec<u8>, field: &[u8]) {
    for &byte in field {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(token: &str) -> String {
        let mut out = Vec::new();
        write_shell(&mut out, token);
        String::from_utf8(out).unwrap()
    }

    fn csv(field: &str) -> String {
        let mut out = Vec::new();
        write_csv_field(&mut out, field.as_bytes());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn plain_words_stand_as_they_are() {
        assert_eq!(shell("a.b=/x-1:2,3@%+"), "a.b=/x-1:2,3@%+");
    }

    #[test]
    fn other_words_are_single_quoted() {
        assert_eq!(shell(""), "''");
        assert_eq!(shell("a b"), "'a b'");
        assert_eq!(shell("k='v'"), r#"'k='"'"'v'"'"''"#);
        assert_eq!(shell("é"), "'é'");
        assert_eq!(shell("$x"), "'$x'");
    }

    #[test]
    fn control_characters_take_the_ansi_form() {
        assert_eq!(shell("a\nb\t'\\\r"), r"$'a\nb\t\'\\\r'");
        assert_eq!(shell("\u{1b}\u{7f}é"), r"$'\x1b\x7fé'");
    }

    #[test]
    fn csv_fields_are_quoted_where_they_must_be() {
        assert_eq!(csv("plain"), "plain");
        assert_eq!(csv("{}"), "{}");
        assert_eq!(csv(r#"{"a":1}"#), r#""{""a"":1}""#);
        assert_eq!(csv("a,b"), "\"a,b\"");
        assert_eq!(csv("a\nb"), "\"a\nb\"");
    }
}
