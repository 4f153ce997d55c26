//! What a person wants to see, and the keys that change it.

use std::io;

use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use tokio::sync::mpsc;

use crate::row::Sort;

/// What is looked at, and how.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Look {
    pub(crate) filter: String,
    /// Whether keys go into the filter.
    pub(crate) typing: bool,
    pub(crate) sort: Sort,
    pub(crate) paused: bool,
    /// The row that is told of in full.
    pub(crate) selected: usize,
    /// The first row on the screen.
    pub(crate) top: usize,
}

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Then {
    GoOn,
    Quit,
}

impl Look {
    /// Does what the key says, where there are so many rows, of which a page is on the screen.
    pub(crate) fn press(&mut self, key: KeyEvent, rows: usize, page: usize) -> Then {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        if control && key.code == KeyCode::Char('c') {
            return Then::Quit;
        }
        if self.typing {
            self.press_while_typing(key.code, control);
            return Then::GoOn;
        }
        let last = rows.saturating_sub(1);
        match key.code {
            KeyCode::Char('q') | KeyCode::Esc => return Then::Quit,
            KeyCode::Char('/') => self.typing = true,
            KeyCode::Char('s') => self.sort = self.sort.next(),
            KeyCode::Char('p') | KeyCode::Char(' ') => self.paused = !self.paused,
            KeyCode::Up | KeyCode::Char('k') => self.selected = self.selected.saturating_sub(1),
            KeyCode::Down | KeyCode::Char('j') => self.selected += 1,
            KeyCode::PageUp => self.selected = self.selected.saturating_sub(page),
            KeyCode::PageDown => self.selected += page,
            KeyCode::Home | KeyCode::Char('g') => self.selected = 0,
            KeyCode::End | KeyCode::Char('G') => self.selected = last,
            _ => {}
        }
        self.selected = self.selected.min(last);
        Then::GoOn
    }

    fn press_while_typing(&mut self, key: KeyCode, control: bool) {
        match key {
            KeyCode::Enter => self.typing = false,
            KeyCode::Esc => {
                self.typing = false;
                self.filter.clear();
            }
            KeyCode::Backspace => {
                self.filter.pop();
            }
            KeyCode::Char('u') if control => self.filter.clear(),
            KeyCode::Char(letter) if !control => self.filter.push(letter),
            _ => {}
        }
        // other rows: begin with the first
        (self.selected, self.top) = (0, 0);
    }

    /// Moves the page so that the selected row is on it.
    pub(crate) fn scroll(&mut self, rows: usize, page: usize) {
        self.selected = self.selected.min(rows.saturating_sub(1));
        let lowest = rows.saturating_sub(page);
        let first = (self.selected + 1).saturating_sub(page);
        self.top = self.top.clamp(first, self.selected.max(first)).min(lowest);
    }
}

/// What comes from the terminal: keys, or that its size is another.
#[derive(Debug)]
pub(crate) enum Input {
    Key(KeyEvent),
    Resized,
}

/// Reads the terminal on a thread of its own, which ends with the process, or when the terminal is gone.
pub(crate) fn read() -> mpsc::Receiver<io::Result<Input>> {
    let (tell, inputs) = mpsc::channel(16);
    std::thread::spawn(move || {
        loop {
            let input = match event::read() {
                Ok(Event::Key(key)) if key.kind == KeyEventKind::Press => Ok(Input::Key(key)),
                Ok(Event::Resize(..)) => Ok(Input::Resized),
                Ok(_) => continue,
                Err(error) => Err(error),
            };
            let failed = input.is_err();
            if tell.blocking_send(input).is_err() || failed {
                return;
            }
        }
    });
    inputs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(look: &mut Look, keys: &[KeyCode]) -> Then {
        let pressed = keys.iter().map(|key| look.press((*key).into(), 100, 10));
        pressed.last().unwrap_or(Then::GoOn)
    }

    #[test]
    fn a_filter_is_typed_kept_and_dropped() {
        let mut look = Look {
            selected: 5,
            ..Look::default()
        };
        let typed = ['/', 'q', 'x'].map(KeyCode::Char);
        assert_eq!(press(&mut look, &typed), Then::GoOn);
        press(&mut look, &[KeyCode::Backspace, KeyCode::Enter]);
        assert_eq!(
            (look.filter.as_str(), look.typing, look.selected),
            ("q", false, 0)
        );
        assert_eq!(
            press(&mut look, &[KeyCode::Char('/'), KeyCode::Esc]),
            Then::GoOn
        );
        assert_eq!((look.filter.as_str(), look.typing), ("", false));
        assert_eq!(press(&mut look, &[KeyCode::Esc]), Then::Quit);
    }

    #[test]
    fn control_c_quits_also_while_typing() {
        let mut look = Look {
            typing: true,
            ..Look::default()
        };
        let key = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert_eq!(look.press(key, 1, 1), Then::Quit);
    }

    #[test]
    fn the_selected_row_stays_on_the_page() {
        let mut look = Look::default();
        press(&mut look, &[KeyCode::PageDown, KeyCode::Down]);
        look.scroll(100, 10);
        assert_eq!((look.selected, look.top), (11, 2));
        press(&mut look, &[KeyCode::End, KeyCode::Down]);
        look.scroll(100, 10);
        assert_eq!((look.selected, look.top), (99, 90));
        press(&mut look, &[KeyCode::Up]);
        look.scroll(100, 10);
        assert_eq!((look.selected, look.top), (98, 90));
        // rows that go
        look.scroll(3, 10);
        assert_eq!((look.selected, look.top), (2, 0));
        look.scroll(0, 10);
        assert_eq!((look.selected, look.top), (0, 0));
    }
}
