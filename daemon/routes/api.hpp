#pragma once

#include "daemon/routes/router.hpp"
#include "daemon/routes/services.hpp"
#include "daemon/server/message.hpp"

#include <memory>

namespace rowprint::daemon {

/// The routes of docs/http-api.md. Borrows what the services name. Thread safety: as Handler.
class Api final : public Handler {
 public:
  explicit Api(Services services);
  awaitable<Response> handle(const Request& request, std::unique_ptr<Body> body) override;
  Response refuse(int status, const Error& error) override;
  void answering(int status) override;

 private:
  Services services_;
  Router router_;
};

}  // namespace rowprint::daemon
