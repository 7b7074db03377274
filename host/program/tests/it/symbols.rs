//! Names and lines, from files that are assembled here and from the test's own executable.

use goblin::elf::section_header::SHF_COMPRESSED;
use goblin::elf::sym::{STB_GLOBAL, STB_LOCAL, STB_WEAK, STT_FUNC, STT_NOTYPE, STT_OBJECT};
use zisk_program::{FunctionSymbol, Symbols};

use crate::dwarf_writer::{MAIN, MAIN_SIZE, debug_sections, elf_with_debug_info, elf_with_sections};
use crate::elf_writer::{ElfSpec, SectionSpec, SymbolSpec, set};

const MANGLED_MAIN: &str = "_ZN9fibonacci4main17h0123456789abcdefE";

/// Section 1 is code at 0x11000..0x11100, section 2 data.
fn elf_with_symbols(symbols: &[SymbolSpec], more_sections: Vec<SectionSpec>) -> Vec<u8> {
    let mut data = SectionSpec::new(".data", vec![0; 16]);
    data.address = 0x12000;
    let mut spec = ElfSpec {
        sections: vec![SectionSpec::code(0x11000, 0x100), data],
        ..ElfSpec::default()
    };
    spec.add_symbols(symbols);
    spec.sections.extend(more_sections);
    spec.build()
}

fn symbol(name: &'static str, bind: u8, kind: u8, value: u64, size: u64) -> SymbolSpec {
    SymbolSpec {
        name,
        bind,
        kind,
        section: 1,
        value,
        size,
    }
}

fn function(name: &'static str, value: u64, size: u64) -> SymbolSpec {
    symbol(name, STB_GLOBAL, STT_FUNC, value, size)
}

fn frames(symbols: &Symbols<'_>, pc: u64) -> Vec<String> {
    symbols.frames(pc).iter().map(ToString::to_string).collect()
}

#[test]
fn an_address_is_located_by_function_file_and_line() {
    for version in [4, 5] {
        let elf = elf_with_symbols(
            &[function(MANGLED_MAIN, MAIN, MAIN_SIZE)],
            debug_sections(version),
        );
        let symbols = Symbols::new(&elf);
        let located = |pc| symbols.locate(pc).to_string();
        assert_eq!(located(MAIN), "fibonacci::main+0x0 (/guest/src/main.rs:10)");
        assert_eq!(located(MAIN + 0xe), "fibonacci::main+0xe (/guest/src/add.rs:30)");
        assert_eq!(
            located(MAIN + 0x1f),
            "fibonacci::main+0x1f (/guest/src/main.rs:13)"
        );
        assert_eq!(located(MAIN + 0x20), "0x11030");
    }
}

#[test]
fn inlined_functions_come_innermost_first() {
    for version in [4, 5] {
        let elf = elf_with_debug_info(version);
        let symbols = Symbols::new(&elf);
        let expected = [
            "core::add (/guest/src/add.rs:30)",
            "fibonacci::step (/guest/src/main.rs:21)",
            "fibonacci::main (/guest/src/main.rs:12)",
        ];
        assert_eq!(frames(&symbols, MAIN + 12), expected);
        let expected = [
            "fibonacci::step (/guest/src/main.rs:20)",
            "fibonacci::main (/guest/src/main.rs:12)",
        ];
        assert_eq!(frames(&symbols, MAIN + 8), expected);
        assert_eq!(
            frames(&symbols, MAIN),
            ["fibonacci::main (/guest/src/main.rs:10)"]
        );
        assert!(symbols.frames(MAIN - 2).is_empty());
    }
}

#[test]
fn the_outermost_frame_has_the_name_of_the_symbol() {
    let elf = elf_with_symbols(&[function("memcpy", MAIN, MAIN_SIZE)], debug_sections(5));
    let functions: Vec<_> = Symbols::new(&elf)
        .frames(MAIN + 8)
        .into_iter()
        .filter_map(|frame| frame.function)
        .collect();
    assert_eq!(functions, ["fibonacci::step", "memcpy"]);
}

#[test]
fn without_debug_information_there_are_names() {
    let elf = elf_with_symbols(&[function(MANGLED_MAIN, MAIN, MAIN_SIZE)], Vec::new());
    let symbols = Symbols::new(&elf);
    assert_eq!(symbols.locate(MAIN + 0x1c).to_string(), "fibonacci::main+0x1c");
    assert_eq!(frames(&symbols, MAIN + 0x1c), ["fibonacci::main"]);
}

#[test]
fn without_symbols_there_are_lines() {
    let elf = elf_with_debug_info(5);
    let location = Symbols::new(&elf).locate(MAIN);
    assert_eq!((location.symbol.as_deref(), location.offset), (None, 0));
    assert_eq!(location.to_string(), "0x11010 (/guest/src/main.rs:10)");
}

#[test]
fn without_anything_there_is_the_address() {
    for elf in [&b""[..], b"\x7fELF", &ElfSpec::small().build()] {
        let symbols = Symbols::new(elf);
        assert_eq!(symbols.locate(0x11004).to_string(), "0x11004");
        assert!(symbols.frames(0x11004).is_empty());
        assert!(symbols.function_symbols().is_empty());
    }
}

#[test]
fn other_classes_and_byte_orders_have_no_symbols() {
    for (field, value) in [("class", 1), ("data", 2), ("magic", 0), ("shentsize", 40)] {
        let mut elf = elf_with_symbols(&[function("main", MAIN, MAIN_SIZE)], debug_sections(5));
        set(&mut elf, field, value);
        assert_eq!(Symbols::new(&elf).locate(MAIN).to_string(), "0x11010", "{field}");
    }
}

#[test]
fn compressed_sections_are_passed_over() {
    let mut sections = debug_sections(5);
    let lines = sections
        .iter_mut()
        .find(|section| section.name == ".debug_line")
        .unwrap();
    lines.flags = SHF_COMPRESSED.into();
    let elf = elf_with_sections(sections);
    assert_eq!(Symbols::new(&elf).locate(MAIN).line, None);
}

#[test]
fn function_symbols_are_ordered_and_of_code_alone() {
    let mut in_data = function("in_data", 0x12000, 8);
    in_data.section = 2;
    let mut undefined = function("undefined", 0x11050, 8);
    undefined.section = 0;
    let mut absolute = function("absolute", 0x11054, 8);
    absolute.section = 0xfff1;
    let elf = elf_with_symbols(
        &[
            function("second", 0x11040, 8),
            function(MANGLED_MAIN, MAIN, MAIN_SIZE),
            symbol("_start", STB_GLOBAL, STT_NOTYPE, 0x11000, 0),
            symbol("$xrv64i2p1", STB_LOCAL, STT_NOTYPE, 0x11044, 0),
            symbol("local", STB_LOCAL, STT_FUNC, 0x11048, 4),
            symbol("table", STB_GLOBAL, STT_OBJECT, 0x11060, 4),
            symbol("_etext", STB_GLOBAL, STT_NOTYPE, 0x11100, 0),
            function("", 0x11070, 4),
            in_data,
            undefined,
            absolute,
        ],
        Vec::new(),
    );
    let symbols = Symbols::new(&elf);
    let found: Vec<_> = symbols
        .function_symbols()
        .iter()
        .map(|s| (s.address(), s.size(), s.name()))
        .collect();
    let expected = [
        (0x11000, 0x10, "_start".to_owned()),
        (MAIN, MAIN_SIZE, "fibonacci::main".to_owned()),
        (0x11040, 8, "second".to_owned()),
        (0x11048, 4, "local".to_owned()),
    ];
    assert_eq!(found, expected);
    assert_eq!(
        symbols.function_symbols()[1].mangled_name(),
        MANGLED_MAIN.as_bytes()
    );
}

#[test]
fn of_several_names_one_is_kept() {
    let elf = elf_with_symbols(
        &[
            symbol("label", STB_GLOBAL, STT_NOTYPE, MAIN, 0),
            symbol("local", STB_LOCAL, STT_FUNC, MAIN, 8),
            symbol("weak", STB_WEAK, STT_FUNC, MAIN, 8),
        ],
        Vec::new(),
    );
    let names: Vec<_> = Symbols::new(&elf)
        .function_symbols()
        .iter()
        .map(FunctionSymbol::name)
        .collect();
    assert_eq!(names, ["weak"]);
}

#[test]
fn sizes_of_labels_reach_to_what_follows() {
    let label = |name, value| symbol(name, STB_GLOBAL, STT_NOTYPE, value, 0);
    let elf = elf_with_symbols(&[label("_start", 0x11000), label("trap", 0x11020)], Vec::new());
    let symbols = Symbols::new(&elf);
    let located = |pc| symbols.locate(pc).to_string();
    assert_eq!(located(0x1101f), "_start+0x1f");
    assert_eq!(located(0x110ff), "trap+0xdf");
    assert_eq!(located(0x11100), "0x11100");
    assert_eq!(located(0x10fff), "0x10fff");
}

#[test]
fn addresses_between_functions_belong_to_none() {
    let elf = elf_with_symbols(
        &[function("first", 0x11000, 8), function("second", 0x11040, 8)],
        Vec::new(),
    );
    assert_eq!(Symbols::new(&elf).locate(0x11008).symbol, None);
}

#[test]
fn labels_inside_a_function_do_not_hide_it() {
    let elf = elf_with_symbols(
        &[function("outer", 0x11000, 0x80), function("inner", 0x11020, 4)],
        Vec::new(),
    );
    let symbols = Symbols::new(&elf);
    assert_eq!(symbols.locate(0x11022).to_string(), "inner+0x2");
    assert_eq!(symbols.locate(0x11030).to_string(), "outer+0x30");
}

/// Returns the line of its body.
#[inline(never)]
fn landmark() -> u32 {
    line!()
}

/// The executable is for another machine, and its addresses are those of the file, not of this process.
#[cfg(target_os = "linux")]
#[test]
fn a_real_executable_is_read() {
    let line = std::hint::black_box(landmark as fn() -> u32)();
    let elf = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    let symbols = Symbols::new(&elf);
    let found = symbols
        .function_symbols()
        .iter()
        .find(|symbol| symbol.name() == "it::symbols::landmark");
    let address = found.expect("the symbol table has every function").address();
    let location = symbols.locate(address);
    assert_eq!(location.symbol.as_deref(), Some("it::symbols::landmark"));
    // Line tables may have been turned off, or put in a file of their own.
    let Some(file) = location.file else { return };
    assert!(file.ends_with("tests/it/symbols.rs"), "{file}");
    let found = location.line.unwrap();
    // The first instruction may count as the function's first line, its body or its end.
    assert!(found.abs_diff(line) <= 1, "line {found} is not near {line}");
    let frames = symbols.frames(address);
    assert_eq!(
        frames.last().and_then(|frame| frame.function.as_deref()),
        Some("it::symbols::landmark")
    );
}
