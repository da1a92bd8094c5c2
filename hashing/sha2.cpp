#include "hashing/sha256.hpp"
#include "hashing/sha512.hpp"

#include <openssl/core_dispatch.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include <new>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace rowprint::hashing {
namespace {

using Algorithm = std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)>;

Algorithm fetch(const char* name) {
  Algorithm fetched{EVP_MD_fetch(nullptr, name, nullptr), &EVP_MD_free};
  if (!fetched) {
    throw std::runtime_error{std::string{"OpenSSL provides no "} + name};
  }
  return fetched;
}

void require(int outcome) {
  if (outcome != 1) {
    throw std::runtime_error{"OpenSSL failed to compute a digest"};
  }
}

void* not_null(void* context) {
  if (context == nullptr) {
    throw std::bad_alloc{};
  }
  return context;
}

/// A digest's functions in the provider that EVP_MD_fetch chooses, as provider-digest(7) describes them.
///
/// Called without EVP_MD_CTX between: up to OpenSSL 3.0 EVP_DigestInit_ex2 frees the provider's context and makes
/// another on each start, which costs as much as the digest of a row.
class ProvidedDigest {
 public:
  explicit ProvidedDigest(const char* name) : algorithm_(fetch(name)) {
    const OSSL_PROVIDER* provider = EVP_MD_get0_provider(algorithm_.get());
    provider_context_ = OSSL_PROVIDER_get0_provider_ctx(provider);
    int must_not_be_kept = 0;
    const OSSL_ALGORITHM* all = OSSL_PROVIDER_query_operation(provider, OSSL_OP_DIGEST, &must_not_be_kept);
    for (const OSSL_ALGORITHM* one = all; one != nullptr && one->algorithm_names != nullptr; ++one) {
      const std::string_view names{one->algorithm_names};
      if (EVP_MD_is_a(algorithm_.get(), std::string{names.substr(0, names.find(':'))}.c_str()) == 1) {
        take(one->implementation);
        break;
      }
    }
    OSSL_PROVIDER_unquery_operation(provider, OSSL_OP_DIGEST, all);
    if (!new_context_ || !free_context_ || !copy_context_ || !init_ || !update_ || !final_) {
      throw std::runtime_error{std::string{"OpenSSL's provider does not offer all functions of "} + name};
    }
  }

  void* new_context() const { return not_null(new_context_(provider_context_)); }
  void* copy(void* context) const { return not_null(copy_context_(context)); }
  void free(void* context) const { free_context_(context); }
  void init(void* context) const { require(init_(context, nullptr)); }
  void update(void* context, ByteView bytes) const { require(update_(context, bytes.data(), bytes.size())); }
  void finish(void* context, std::span<std::uint8_t> digest) const {
    std::size_t bytes = 0;
    require(final_(context, digest.data(), &bytes, digest.size()));
  }

 private:
  void take(const OSSL_DISPATCH* function) {
    for (; function->function_id != 0; ++function) {
      switch (function->function_id) {
        case OSSL_FUNC_DIGEST_NEWCTX:
          new_context_ = OSSL_FUNC_digest_newctx(function);
          break;
        case OSSL_FUNC_DIGEST_FREECTX:
          free_context_ = OSSL_FUNC_digest_freectx(function);
          break;
        case OSSL_FUNC_DIGEST_DUPCTX:
          copy_context_ = OSSL_FUNC_digest_dupctx(function);
          break;
        case OSSL_FUNC_DIGEST_INIT:
          init_ = OSSL_FUNC_digest_init(function);
          break;
        case OSSL_FUNC_DIGEST_UPDATE:
          update_ = OSSL_FUNC_digest_update(function);
          break;
        case OSSL_FUNC_DIGEST_FINAL:
          final_ = OSSL_FUNC_digest_final(function);
          break;
        default:
          break;
      }
    }
  }

  Algorithm algorithm_;
  void* provider_context_ = nullptr;
  OSSL_FUNC_digest_newctx_fn* new_context_ = nullptr;
  OSSL_FUNC_digest_freectx_fn* free_context_ = nullptr;
  OSSL_FUNC_digest_dupctx_fn* copy_context_ = nullptr;
  OSSL_FUNC_digest_init_fn* init_ = nullptr;
  OSSL_FUNC_digest_update_fn* update_ = nullptr;
  OSSL_FUNC_digest_final_fn* final_ = nullptr;
};

// Never freed: a hash in a static object may outlive any other.
const ProvidedDigest& sha256() {
  static const ProvidedDigest& provided = *new ProvidedDigest{"SHA2-256"};
  return provided;
}
const ProvidedDigest& sha512() {
  static const ProvidedDigest& provided = *new ProvidedDigest{"SHA2-512"};
  return provided;
}

}  // namespace

void Sha256::Free::operator()(void* context) const {
  sha256().free(context);
}

Sha256::Sha256() : context_(sha256().new_context()) {
  sha256().init(context_.get());
}

Sha256::Sha256(const Sha256& other) : context_(sha256().copy(other.context_.get())) {}

Sha256& Sha256::operator=(const Sha256& other) {
  if (this != &other) {
    *this = Sha256{other};
  }
  return *this;
}

void Sha256::update(ByteView bytes) {
  sha256().update(context_.get(), bytes);
}

Digest Sha256::finish() {
  Digest digest;
  sha256().finish(context_.get(), digest);
  sha256().init(context_.get());
  return digest;
}

Digest Sha256::of(ByteView bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

void Sha512::Free::operator()(void* context) const {
  sha512().free(context);
}

Sha512::Sha512() : context_(sha512().new_context()) {
  sha512().init(context_.get());
}

void Sha512::update(ByteView bytes) {
  sha512().update(context_.get(), bytes);
}

Digest512 Sha512::finish() {
  Digest512 digest;
  sha512().finish(context_.get(), digest);
  return digest;
}

}  // namespace rowprint::hashing
