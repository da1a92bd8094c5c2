#pragma once

namespace rowprint::daemon {

/// Makes malloc give memory back: few arenas, since what one thread frees another cannot use in its own, and a low
/// bound for what is kept at the top. Call it before there are threads.
void bound_allocator();

}  // namespace rowprint::daemon
