//! Who calls whom, and how often each instruction runs in which call.
//!
//! The calls of a run are kept as a *calling context tree* (Ammons, Ball and Larus, 1997): a node is a function as it was
//! called from one place of its caller, which is a node again. A function that is called beneath itself goes on with the
//! node that it has there, so recursion takes no more nodes than functions. The tree is bounded all the same: beyond
//! `MAX_NODES`, `MAX_COUNTERS` and `MAX_DEPTH`, functions are counted without their callers.

use std::collections::HashMap;
use std::ops::Range;

use super::functions::Functions;

/// The most nodes that are told apart by their callers.
const MAX_NODES: usize = 1 << 16;
/// The most counters that nodes have which are told apart by their callers: 64 MiB of them.
const MAX_COUNTERS: u64 = 1 << 23;
/// The most nodes on the way to the root.
const MAX_DEPTH: u32 = 256;
/// The most calls that are open at once; a return from beyond is a jump.
const MAX_FRAMES: usize = 1 << 20;

/// How many children a node finds without looking far.
const NEAR_CHILDREN: usize = 8;

/// What everything is called by.
const ROOT: u32 = 0;
/// What is called by anybody, when there are too many nodes.
const ANYBODY: u32 = 1;
/// No function.
const NONE: u32 = u32::MAX;

/// A function, as it was called from one place.
#[derive(Debug)]
pub struct CallNode {
    /// Its caller; none of the run's first function, and of those whose callers are not told apart any more.
    pub parent: Option<usize>,
    /// Whether that is because they are not.
    pub is_of_anybody: bool,
    /// Where it returns to; 0 if it was not called.
    pub return_pc: u64,
    /// The address of the function's first instruction; none of the two nodes that are no functions.
    pub start: Option<u64>,
    /// How often each of its instructions ran: a counter for every 2 bytes of code.
    pub counts: Box<[u64]>,
}

#[derive(Debug)]
struct Node {
    parent: u32,
    depth: u32,
    function: u32,
    return_pc: u64,
    counts: Box<[u64]>,
    children: Vec<Child>,
}

#[derive(Clone, Copy, Debug)]
struct Child {
    return_pc: u64,
    function: u32,
    node: u32,
}

/// A call that has not returned.
#[derive(Clone, Copy, Debug)]
struct Frame {
    caller: u32,
    return_pc: u64,
    /// The stack pointer when the function began.
    stack_pointer: u64,
}

/// How the next instruction is come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transfer {
    Jump,
    Call { return_pc: u64 },
    Return,
}

/// The calls of a run, as far as it went.
#[derive(Debug)]
pub(super) struct Calls {
    functions: Functions,
    nodes: Vec<Node>,
    /// By caller, where it returns to, and function: those that their callers have no room for.
    far_children: HashMap<(u32, u64, u32), u32>,
    /// The nodes of functions whose callers are not told apart.
    of_anybody: HashMap<u32, u32>,
    /// Counters of all nodes but those.
    counters: u64,
    frames: Vec<Frame>,
    current: u32,
    /// The counters of the current node, which it does not have meanwhile; none right behind calls and returns.
    window: Box<[u64]>,
    window_start: u64,
    /// The counter of the last instruction.
    at: usize,
    transfer: Transfer,
}

impl Calls {
    pub(super) fn new(functions: Functions) -> Self {
        let nobody = || Node {
            parent: ROOT,
            depth: 0,
            function: NONE,
            return_pc: 0,
            counts: Box::default(),
            children: Vec::new(),
        };
        Self {
            functions,
            nodes: vec![nobody(), nobody()],
            far_children: HashMap::new(),
            of_anybody: HashMap::new(),
            counters: 0,
            frames: Vec::new(),
            current: ROOT,
            window: Box::default(),
            window_start: 0,
            at: 0,
            transfer: Transfer::Jump,
        }
    }

    /// Counts an instruction.
    #[inline(always)]
    pub(super) fn count(&mut self, pc: u64, stack_pointer: u64) {
        let at = (pc.wrapping_sub(self.window_start) >> 1) as usize;
        if let Some(count) = self.window.get_mut(at) {
            *count += 1;
            self.at = at;
        } else {
            self.arrive(pc, stack_pointer);
        }
    }

    /// The instruction that was counted is a call, which returns there.
    #[inline(never)]
    pub(super) fn call(&mut self, return_pc: u64) {
        self.transfer = Transfer::Call { return_pc };
        self.leave();
    }

    /// The instruction that was counted is a return.
    #[inline(never)]
    pub(super) fn leave_function(&mut self) {
        self.transfer = Transfer::Return;
        self.leave();
    }

    /// The node and the counter of the last instruction.
    pub(super) fn place(&self) -> (u32, u32) {
        (self.current, self.at as u32)
    }

    /// All nodes; parents come before their children.
    pub(super) fn finish(mut self) -> Vec<CallNode> {
        self.leave();
        let Self { nodes, functions, .. } = self;
        let node = |node: Node| CallNode {
            parent: (node.parent > ANYBODY).then_some(node.parent as usize),
            is_of_anybody: node.parent == ANYBODY,
            return_pc: node.return_pc,
            start: (node.function != NONE).then(|| functions.range(node.function).start),
            counts: node.counts,
        };
        nodes.into_iter().map(node).collect()
    }

    #[inline(never)]
    fn arrive(&mut self, pc: u64, stack_pointer: u64) {
        self.leave();
        // What is executed is code.
        let Some(function) = self.functions.at(pc) else {
            return;
        };
        self.forget(stack_pointer);
        let node = match std::mem::replace(&mut self.transfer, Transfer::Jump) {
            Transfer::Call { return_pc } => {
                if self.frames.len() < MAX_FRAMES {
                    self.frames.push(Frame {
                        caller: self.current,
                        return_pc,
                        stack_pointer,
                    });
                }
                self.child(self.current, return_pc, function)
            }
            Transfer::Return => match self.frames.pop_if(|frame| frame.return_pc == pc) {
                Some(frame) => frame.caller,
                None => self.jumped(function),
            },
            Transfer::Jump => self.jumped(function),
        };
        self.enter(node, pc);
    }

    /// Drops calls that ended without a return: the stack pointer of a function lies beneath where it began until it ends.
    fn forget(&mut self, stack_pointer: u64) {
        while self
            .frames
            .pop_if(|frame| frame.stack_pointer < stack_pointer)
            .is_some()
        {}
    }

    /// A function that goes on as another one returns where the first would have.
    fn jumped(&mut self, function: u32) -> u32 {
        if self.nodes[self.current as usize].function == function {
            return self.current;
        }
        let (caller, return_pc) = self
            .frames
            .last()
            .map_or((ROOT, 0), |frame| (frame.caller, frame.return_pc));
        self.child(caller, return_pc, function)
    }

    /// Puts the counters back.
    fn leave(&mut self) {
        let window = std::mem::take(&mut self.window);
        if !window.is_empty() {
            self.nodes[self.current as usize].counts = window;
        }
    }

    /// Takes the counters of a node and counts the instruction at `pc` in them.
    fn enter(&mut self, node: u32, pc: u64) {
        let entered = &mut self.nodes[node as usize];
        let Range { start, end } = self.functions.range(entered.function);
        if entered.counts.is_empty() {
            entered.counts = vec![0; ((end - start) / 2) as usize].into_boxed_slice();
        }
        self.window = std::mem::take(&mut entered.counts);
        (self.current, self.window_start) = (node, start);
        self.at = (pc.wrapping_sub(start) / 2) as usize;
        if let Some(count) = self.window.get_mut(self.at) {
            *count += 1;
        }
    }

    /// The node of a function that is called from a place.
    fn child(&mut self, caller: u32, return_pc: u64, function: u32) -> u32 {
        let is_it = |child: &&Child| child.return_pc == return_pc && child.function == function;
        let near = &self.nodes[caller as usize].children;
        if let Some(child) = near.iter().find(is_it) {
            return child.node;
        }
        if near.len() == NEAR_CHILDREN
            && let Some(node) = self.far_children.get(&(caller, return_pc, function))
        {
            return *node;
        }
        let node = self
            .around(caller, function)
            .unwrap_or_else(|| self.new_node(caller, return_pc, function));
        let near = &mut self.nodes[caller as usize].children;
        if near.len() < NEAR_CHILDREN {
            near.push(Child {
                return_pc,
                function,
                node,
            });
        } else {
            self.far_children.insert((caller, return_pc, function), node);
        }
        node
    }

    /// The same function around a call, if it is beneath itself.
    fn around(&self, caller: u32, function: u32) -> Option<u32> {
        let mut at = caller;
        while at > ANYBODY {
            let node = &self.nodes[at as usize];
            if node.function == function {
                return Some(at);
            }
            at = node.parent;
        }
        None
    }

    #[cold]
    fn new_node(&mut self, caller: u32, return_pc: u64, function: u32) -> u32 {
        let Range { start, end } = self.functions.range(function);
        let counters = self.counters + (end - start) / 2;
        let depth = self.nodes[caller as usize].depth;
        if self.nodes.len() < MAX_NODES && counters <= MAX_COUNTERS && depth < MAX_DEPTH {
            self.counters = counters;
            return self.push(caller, return_pc, function);
        }
        if let Some(node) = self.of_anybody.get(&function) {
            return *node;
        }
        let node = self.push(ANYBODY, 0, function);
        self.of_anybody.insert(function, node);
        node
    }

    fn push(&mut self, parent: u32, return_pc: u64, function: u32) -> u32 {
        // At most a node for each function comes to those that are bounded.
        let number = self.nodes.len() as u32;
        self.nodes.push(Node {
            parent,
            depth: self.nodes[parent as usize].depth + 1,
            function,
            return_pc,
            counts: Box::default(),
            children: Vec::new(),
        });
        number
    }
}
