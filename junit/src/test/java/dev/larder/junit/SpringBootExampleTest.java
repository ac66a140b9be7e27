package dev.larder.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

/** As README.md has it. */
final class SpringBootExampleTest {
  @RegisterExtension static final LarderExtension larder = new LarderExtension();

  /** An application that caches what is slow to find out. */
  @Configuration
  @EnableAutoConfiguration
  @EnableCaching
  static class Application {
    @Bean
    Prices prices() {
      return new Prices();
    }
  }

  /** What it is slow to find out. */
  static class Prices {
    final AtomicInteger calls = new AtomicInteger();

    @Cacheable("prices")
    public String of(String article) {
      return "price " + calls.incrementAndGet() + " of " + article;
    }

    public int calls() {
      return calls.get();
    }
  }

  @Test
  void caches() {
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(Application.class)
            .properties(
                "spring.data.redis.host=" + larder.host(),
                "spring.data.redis.port=" + larder.port(),
                "spring.cache.type=redis",
                "spring.main.banner-mode=off")
            .run()) {
      Prices prices = context.getBean(Prices.class);
      assertThat(prices.of("tea")).isEqualTo(prices.of("tea"));
      assertThat(prices.calls()).isEqualTo(1);
      StringRedisTemplate template = context.getBean(StringRedisTemplate.class);
      template.opsForValue().set("greeting", "hello");
      assertThat(template.opsForValue().get("greeting")).isEqualTo("hello");
      assertThat(template.keys("prices*")).containsExactly("prices::tea");
    }
  }
}
