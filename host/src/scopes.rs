//! Cycle scopes: where a guest says that its instructions go.

/// What was counted for one scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The name that the guest gave.
    pub name: String,
    /// How often it was closed.
    pub calls: u64,
    /// Instructions between opening and closing, inner scopes included.
    pub instructions: u64,
}

/// Adds up scopes as they open and close.
#[derive(Debug, Default)]
pub(crate) struct ScopeCounter {
    open: Vec<(Vec<u8>, u64)>,
    closed: Vec<Scope>,
}

/// Scopes that are open at the same time beyond this number are not counted, nor are different names: a
/// guest that opens without end must not fill the host's memory.
const MAX_SCOPES: usize = 4096;

impl ScopeCounter {
    pub(crate) fn begin(&mut self, name: &[u8], instructions: u64) {
        if self.open.len() < MAX_SCOPES {
            self.open.push((name.to_vec(), instructions));
        }
    }

    /// Closes the innermost open scope of that name, and with it those that were opened inside and never
    /// closed. Without one there is nothing to close.
    pub(crate) fn end(&mut self, name: &[u8], instructions: u64) {
        let Some(index) = self.open.iter().rposition(|(open, _)| open == name) else {
            return;
        };
        let began = self.open[index].1;
        self.open.truncate(index);
        let name = String::from_utf8_lossy(name);
        let index = self
            .closed
            .iter()
            .position(|scope| scope.name == name)
            .or_else(|| {
                (self.closed.len() < MAX_SCOPES).then(|| {
                    self.closed.push(Scope {
                        name: name.into_owned(),
                        calls: 0,
                        instructions: 0,
                    });
                    self.closed.len() - 1
                })
            });
        if let Some(scope) = index.and_then(|index| self.closed.get_mut(index)) {
            scope.calls += 1;
            scope.instructions += instructions - began;
        }
    }

    /// The closed scopes in the order in which each was first closed.
    pub(crate) fn finish(self) -> Vec<Scope> {
        self.closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_and_repeated_scopes_add_up() {
        let mut counter = ScopeCounter::default();
        counter.begin(b"outer", 10);
        for start in [20, 40] {
            counter.begin(b"inner", start);
            counter.end(b"inner", start + 5);
        }
        counter.end(b"outer", 100);
        let scope = |name: &str, calls, instructions| Scope {
            name: name.into(),
            calls,
            instructions,
        };
        assert_eq!(counter.finish(), [scope("inner", 2, 10), scope("outer", 1, 90)]);
    }

    #[test]
    fn a_scope_left_open_is_closed_by_the_one_around_it() {
        let mut counter = ScopeCounter::default();
        counter.begin(b"outer", 0);
        counter.begin(b"left open", 1);
        counter.end(b"outer", 7);
        counter.end(b"left open", 9);
        assert_eq!(
            counter.finish(),
            [Scope {
                name: "outer".into(),
                calls: 1,
                instructions: 7
            }]
        );
    }
}
