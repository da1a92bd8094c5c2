#include "connectors/memory/memory_source.hpp"

#include <string>

namespace rowprint::memory {

Error thrown(const std::exception_ptr& exception) {
  Error error;
  try {
    std::rethrow_exception(exception);
  } catch (const std::bad_alloc&) {
    error.code = ErrorCode::busy;
    error.reason = "no memory for the next row";
  } catch (const std::exception& known) {
    error.code = ErrorCode::cancelled;
    error.reason = std::string{"the rows ended with an exception: "} + known.what();
  } catch (...) {
    error.code = ErrorCode::cancelled;
    error.reason = "the rows ended with an exception";
  }
  return error;
}

}  // namespace rowprint::memory
