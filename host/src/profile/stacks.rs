//! From instructions in calls to functions in functions, inlined ones too.

use std::collections::HashMap;

use zisk_emulator::profile::{CallNode, CountedEvent, Profiled};
use zisk_isa::Instruction;
use zisk_program::{Frame, Program, Symbols};

use super::costs::Costs;
use super::{Function, Spent, Stack};

/// Functions, and all stacks in which they ran; parents come before their children.
pub(super) struct Stacks {
    pub(super) functions: Vec<Function>,
    pub(super) stacks: Vec<Stack>,
}

/// What a function is called whose name is not known.
const UNKNOWN: &str = "unknown function";
/// What stands for the callers of functions that are counted without them.
const ANYBODY: &str = "callers not told apart";

impl Stacks {
    pub(super) fn new(elf: &[u8], program: &Program, profiled: &Profiled, costs: &Costs) -> Self {
        let mut builder = Builder::new(elf);
        let costs = InstructionCosts::new(program, costs);
        let mut events = profiled.events.iter().peekable();
        // Where the functions of each node begin.
        let mut bases: Vec<Option<usize>> = Vec::with_capacity(profiled.nodes.len());
        for (number, node) in profiled.nodes.iter().enumerate() {
            let base = builder.base(node, &bases);
            bases.push(base);
            let Some(start) = node.start else { continue };
            let mut last = None;
            for (counter, count) in node.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
                let pc = start + 2 * counter as u64;
                let mut cells = (count * costs.at(pc)) as i64;
                let of_it = |event: &&CountedEvent| (event.node, event.counter) == (number, counter);
                while let Some(event) = events.next_if(of_it) {
                    cells += costs.costs.of_event(event.event) * event.count as i64;
                }
                let chain = builder.chain(pc);
                let stack = match last {
                    Some((same, stack)) if same == chain => stack,
                    _ => builder.stack(base, chain),
                };
                last = Some((chain, stack));
                // Every instruction is part of a function.
                let Some(stack) = stack.and_then(|stack| builder.stacks.get_mut(stack)) else {
                    continue;
                };
                stack.own.add(Spent {
                    instructions: *count,
                    cells: cells as u64,
                });
            }
        }
        let Builder {
            mut functions,
            stacks,
            ..
        } = builder;
        sum(&mut functions, &stacks);
        Self { functions, stacks }
    }
}

/// What instructions cost, by their addresses.
struct InstructionCosts<'a> {
    costs: &'a Costs,
    segments: Vec<(u64, Vec<Option<Instruction>>)>,
}

impl<'a> InstructionCosts<'a> {
    fn new(program: &Program, costs: &'a Costs) -> Self {
        let segments = program.executable_segments().map(|segment| {
            let instructions = segment.instructions();
            let instructions = instructions.map(|decoded| decoded.map(|decoded| decoded.instruction));
            (segment.start(), instructions.collect())
        });
        Self {
            costs,
            segments: segments.collect(),
        }
    }

    fn at(&self, pc: u64) -> u64 {
        let instruction = self.segments.iter().find_map(|(start, instructions)| {
            let slot = pc.checked_sub(*start)? / 2;
            instructions.get(slot as usize).copied().flatten()
        });
        instruction.map_or(0, |instruction| self.costs.of_instruction(instruction))
    }
}

struct Builder<'elf> {
    symbols: Symbols<'elf>,
    /// For each instruction that was asked for the functions that it is part of: their place in `chains`.
    chain_of: HashMap<u64, usize>,
    chains: Vec<Vec<usize>>,
    chain_numbers: HashMap<Vec<usize>, usize>,
    /// By name, and of inlined functions by their file: line tables name those without the path that tells them apart.
    function_numbers: HashMap<(String, Option<String>), usize>,
    functions: Vec<Function>,
    stacks: Vec<Stack>,
    children: HashMap<(Option<usize>, usize), usize>,
}

impl<'elf> Builder<'elf> {
    fn new(elf: &'elf [u8]) -> Self {
        Self {
            symbols: Symbols::new(elf),
            chain_of: HashMap::new(),
            chains: Vec::new(),
            chain_numbers: HashMap::new(),
            function_numbers: HashMap::new(),
            functions: Vec::new(),
            stacks: Vec::new(),
            children: HashMap::new(),
        }
    }

    /// What the functions of a node are called by: the functions that the call is part of.
    fn base(&mut self, node: &CallNode, bases: &[Option<usize>]) -> Option<usize> {
        let Some(parent) = node.parent else {
            if !node.is_of_anybody {
                return None;
            }
            let function = self.function(ANYBODY.to_owned(), None, false);
            return Some(self.child(None, function));
        };
        let base = bases.get(parent).copied().flatten();
        // Any byte of the call will do.
        let chain = self.chain(node.return_pc.saturating_sub(2));
        self.stack(base, chain)
    }

    /// The functions that an instruction is part of, outermost first: a number for them.
    fn chain(&mut self, pc: u64) -> usize {
        if let Some(chain) = self.chain_of.get(&pc) {
            return *chain;
        }
        let mut frames = self.symbols.frames(pc);
        if frames.is_empty() {
            frames.push(Frame::default());
        }
        frames.reverse();
        let functions = frames.into_iter().enumerate().map(|(depth, frame)| {
            let name = frame.function.unwrap_or_else(|| UNKNOWN.to_owned());
            self.function(name, frame.file, depth > 0)
        });
        let functions: Vec<usize> = functions.collect();
        let next = self.chains.len();
        let chain = *self.chain_numbers.entry(functions.clone()).or_insert(next);
        if chain == next {
            self.chains.push(functions);
        }
        self.chain_of.insert(pc, chain);
        chain
    }

    fn function(&mut self, name: String, file: Option<String>, is_inlined: bool) -> usize {
        let key = (name, file.clone().filter(|_| is_inlined));
        if let Some(function) = self.function_numbers.get(&key) {
            return *function;
        }
        let number = self.functions.len();
        self.functions.push(Function {
            name: key.0.clone(),
            file,
            ..Function::default()
        });
        self.function_numbers.insert(key, number);
        number
    }

    /// The stack of these functions on top of another one.
    fn stack(&mut self, base: Option<usize>, chain: usize) -> Option<usize> {
        let mut stack = base;
        for place in 0..self.chains[chain].len() {
            let function = self.chains[chain][place];
            stack = Some(self.child(stack, function));
        }
        stack
    }

    fn child(&mut self, parent: Option<usize>, function: usize) -> usize {
        let next = self.stacks.len();
        let child = *self.children.entry((parent, function)).or_insert(next);
        if child == next {
            self.stacks.push(Stack {
                parent,
                function,
                own: Spent::default(),
            });
        }
        child
    }
}

/// Adds up what functions spent themselves, and together with what they called. What a function spent beneath itself counts
/// once.
fn sum(functions: &mut [Function], stacks: &[Stack]) {
    let mut totals: Vec<Spent> = stacks.iter().map(|stack| stack.own).collect();
    // Children come behind their parents.
    for (number, stack) in stacks.iter().enumerate().rev() {
        functions[stack.function].own.add(stack.own);
        if let Some(parent) = stack.parent {
            let total = totals[number];
            totals[parent].add(total);
        }
    }
    let is_outermost = |stack: &Stack| {
        let mut around = stack.parent;
        while let Some(number) = around {
            if stacks[number].function == stack.function {
                return false;
            }
            around = stacks[number].parent;
        }
        true
    };
    for (stack, total) in stacks.iter().zip(totals) {
        if is_outermost(stack) {
            functions[stack.function].total.add(total);
        }
    }
}
