package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.python.core.Py;
import org.python.core.PyDictionary;
import org.python.core.PyException;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PyStringMap;
import org.python.core.PySystemState;
import org.python.core.PyType;

/** A namespace is what it would be if all of it had been made, however it is looked at. */
class NamespaceTest {
  private static final String[] NAMES = {"a", "b", "c", "d"};

  @BeforeAll
  static void startJython() {
    Properties settings = new Properties();
    settings.setProperty("python.cachedir.skip", "true");
    settings.setProperty("python.import.site", "false");
    PySystemState.initialize(System.getProperties(), settings);
  }

  /** Values that tell how often each was made. */
  private static final class Numbers implements Namespace.Source {
    private final AtomicInteger[] made = new AtomicInteger[NAMES.length];

    Numbers() {
      for (int i = 0; i < made.length; i++) {
        made[i] = new AtomicInteger();
      }
    }

    @Override
    public String[] names() {
      return NAMES;
    }

    @Override
    public PyObject value(int index) {
      made[index].incrementAndGet();
      return Py.newInteger(index);
    }

    List<Integer> made() {
      List<Integer> counts = new ArrayList<>();
      for (AtomicInteger each : made) {
        counts.add(each.get());
      }
      return counts;
    }
  }

  private static PyObject method(PyObject object, String name, PyObject... arguments) {
    return object.invoke(name, arguments);
  }

  private static PyString name(String text) {
    return Py.newString(text);
  }

  @Test
  void makesAValueWhenItIsLookedUpAndOnce() {
    Numbers numbers = new Numbers();
    Namespace namespace = new Namespace(numbers);
    assertThat(namespace.__finditem__("b")).isEqualTo(Py.newInteger(1));
    assertThat(namespace.__finditem__(name("b"))).isEqualTo(Py.newInteger(1));
    assertThat(namespace.__finditem__("x")).isNull();
    assertThat(numbers.made()).containsExactly(0, 1, 0, 0);
  }

  @Test
  void tellsWithoutMakingWhetherANameIsThere() {
    Numbers numbers = new Numbers();
    Namespace namespace = new Namespace(numbers);
    assertThat(namespace.__contains__(name("c"))).isTrue();
    assertThat(namespace.has_key("c")).isTrue();
    assertThat(namespace.has_key(name("x"))).isFalse();
    assertThat(numbers.made()).containsExactly(0, 0, 0, 0);
  }

  @Test
  void whatIsStoredOrDeletedIsNotMadeAgain() {
    Numbers numbers = new Numbers();
    Namespace namespace = new Namespace(numbers);
    namespace.__setitem__("a", Py.None);
    namespace.__delitem__("b");
    namespace.__setitem__(name("c"), Py.True);
    assertThat(namespace.__finditem__("a")).isSameAs(Py.None);
    assertThat(namespace.__finditem__("b")).isNull();
    assertThat(namespace.__finditem__("c")).isSameAs(Py.True);
    assertThat(namespace.__len__()).isEqualTo(3);
    assertThatThrownBy(() -> namespace.__delitem__("b")).isInstanceOf(PyException.class);
    assertThat(numbers.made()).containsExactly(0, 1, 0, 1);
  }

  @Test
  void methodsThatPythonAsksForSeeAllOfIt() {
    assertThat(method(new Namespace(new Numbers()), "keys").__len__()).isEqualTo(4);
    assertThat(method(new Namespace(new Numbers()), "items").__len__()).isEqualTo(4);
    assertThat(method(new Namespace(new Numbers()), "values").__len__()).isEqualTo(4);
    assertThat(method(new Namespace(new Numbers()), "get", name("d"))).isEqualTo(Py.newInteger(3));
    assertThat(method(new Namespace(new Numbers()), "has_key", name("d"))).isSameAs(Py.True);
    assertThat(method(new Namespace(new Numbers()), "pop", name("d"))).isEqualTo(Py.newInteger(3));
    assertThat(method(new Namespace(new Numbers()), "setdefault", name("d"), Py.None))
        .isEqualTo(Py.newInteger(3));
    assertThat(method(new Namespace(new Numbers()), "copy").__len__()).isEqualTo(4);
    assertThat(method(new Namespace(new Numbers()), "__len__")).isEqualTo(Py.newInteger(4));
    Namespace cleared = new Namespace(new Numbers());
    method(cleared, "clear");
    assertThat(cleared.__finditem__("a")).isNull();
    assertThat(cleared.__len__()).isZero();
  }

  @Test
  void iterationAndComparisonAndTextSeeAllOfIt() {
    PyStringMap whole = new PyStringMap();
    for (int i = 0; i < NAMES.length; i++) {
      whole.__setitem__(NAMES[i], Py.newInteger(i));
    }
    int count = 0;
    for (PyObject each : new Namespace(new Numbers()).asIterable()) {
      assertThat(whole.__contains__(each)).isTrue();
      count++;
    }
    assertThat(count).isEqualTo(4);
    assertThat(new Namespace(new Numbers()).__cmp__(whole)).isZero();
    assertThat(whole.__cmp__(new Namespace(new Numbers()))).isZero();
    assertThat(new Namespace(new Numbers())).hasToString(whole.toString());
    assertThat(new Namespace(new Numbers()).__nonzero__()).isTrue();
  }

  @Test
  void anotherDictThatIsUpdatedByItGetsAllOfIt() {
    PyStringMap map = new PyStringMap();
    method(map, "update", new Namespace(new Numbers()));
    assertThat(map.__len__()).isEqualTo(4);
    PyDictionary dict = new PyDictionary();
    method(dict, "update", new Namespace(new Numbers()));
    assertThat(dict.__len__()).isEqualTo(4);
    assertThat(PyDictionary.TYPE.__call__(new Namespace(new Numbers())).__len__()).isEqualTo(4);
  }

  @Test
  void isOfTheTypeOfJythonsOwnNamespaces() {
    assertThat(new Namespace(new Numbers()).getType()).isSameAs(new PyStringMap().getType());
  }

  @Test
  void aClassTakesACopyOfWhichNothingIsMade() {
    Numbers numbers = new Numbers();
    PyStringMap copy = new Namespace(numbers).copy();
    assertThat(copy).isInstanceOf(Namespace.class);
    copy.__setitem__("a", Py.None);
    assertThat(copy.__finditem__("d")).isEqualTo(Py.newInteger(3));
    assertThat(numbers.made()).containsExactly(0, 0, 0, 1);
  }

  @Test
  void aCopyOfWhatWasChangedHasTheChanges() {
    Namespace namespace = new Namespace(new Numbers());
    namespace.__setitem__("a", Py.None);
    namespace.__setitem__("e", Py.None);
    PyStringMap copy = namespace.copy();
    assertThat(copy.__finditem__("a")).isSameAs(Py.None);
    assertThat(copy.__len__()).isEqualTo(5);
  }

  @Test
  void threadsGetOneObject() throws Exception {
    for (int round = 0; round < 200; round++) {
      Namespace namespace =
          new Namespace(
              new Namespace.Source() {
                @Override
                public String[] names() {
                  return NAMES;
                }

                @Override
                public PyObject value(int index) {
                  // A new one each time: the namespace has to agree with itself.
                  return new PyDictionary();
                }
              });
      CountDownLatch start = new CountDownLatch(1);
      ExecutorService threads = Executors.newFixedThreadPool(4);
      List<Future<PyObject>> found = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        found.add(
            threads.submit(
                () -> {
                  start.await();
                  return namespace.__finditem__("a");
                }));
      }
      start.countDown();
      PyObject first = found.get(0).get();
      for (Future<PyObject> each : found) {
        assertThat(each.get()).isSameAs(first);
      }
      threads.shutdown();
    }
  }

  @Test
  void classesAreMadeOverIt() {
    Numbers numbers = new Numbers();
    PyObject type =
        PyType.newType(
            (org.python.core.PyNewWrapper) PyType.TYPE.lookup("__new__"),
            PyType.TYPE,
            "T",
            new org.python.core.PyTuple(PyType.fromClass(PyObject.class)),
            new Namespace(numbers));
    assertThat(type.__getattr__("c")).isEqualTo(Py.newInteger(2));
    assertThat(numbers.made()).containsExactly(0, 0, 1, 0);
  }
}
