fn main() {
    zisk_build::build_guest("../guest");
}
