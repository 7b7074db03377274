//! Tests of the public interface on ELF files that are assembled byte by byte.

mod corruption;
mod dwarf_writer;
mod elf_writer;
mod hostile_debug_info;
mod loading;
mod rules;
mod symbols;
