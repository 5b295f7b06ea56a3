//! Prints its name, how long it slept, and the lines and words of stdin.

const std = @import("std");
const Io = std.Io;

pub fn main(init: std.process.Init) !void {
    const io = init.io;
    const arena = init.arena.allocator();
    const args = try init.minimal.args.toSlice(arena);
    const before = Io.Clock.real.now(io);
    try io.sleep(.fromSeconds(90), .awake);
    const slept = before.durationTo(Io.Clock.real.now(io));
    var read: [256]u8 = undefined;
    var stdin: Io.File.Reader = .init(.stdin(), io, &read);
    var lines: usize = 0;
    var words: usize = 0;
    var longest: []const u8 = "";
    while (try stdin.interface.takeDelimiter('\n')) |line| {
        lines += 1;
        var parts = std.mem.tokenizeScalar(u8, line, ' ');
        while (parts.next()) |word| {
            words += 1;
            if (word.len > longest.len) longest = try arena.dupe(u8, word);
        }
    }
    var written: [256]u8 = undefined;
    var stdout: Io.File.Writer = .init(.stdout(), io, &written);
    const out = &stdout.interface;
    try out.print("{s} {d}\nslept {d}\n", .{ args[0], args.len, slept.toSeconds() });
    try out.print("lines {d} words {d} longest {s}\nthird {d:.6}\n", .{ lines, words, longest, @as(f64, 1.0) / 3.0 });
    try out.flush();
}
