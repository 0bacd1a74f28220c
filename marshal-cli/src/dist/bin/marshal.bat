@echo off
rem marshal: builds and inspects memory-mapped images of Python code objects.
rem JAVA_HOME names the Java that runs it, else the path does; JAVA_OPTS are options of the JVM.
setlocal disabledelayedexpansion

if not defined JAVA_HOME goto onpath
set "java=%JAVA_HOME%\bin\java.exe"
if exist "%java%" goto version
echo marshal: no bin\java.exe in JAVA_HOME, which must name a JDK or JRE: %JAVA_HOME%>&2
exit /b 1

:onpath
set "java="
for %%j in (java.exe) do set "java=%%~$PATH:j"
if defined java goto version
echo marshal: no java found: install Java 17 or newer, or set JAVA_HOME to where it is>&2
exit /b 1

:version
rem A JDK has its version in a file: JAVA_VERSION="17.0.15"; of 1.8.0_452 the 8 counts.
set "found="
for /f "tokens=2 delims==" %%v in ('findstr /b "JAVA_VERSION=" "%java%\..\..\release" 2^>nul') do set "found=%%~v"
if not defined found goto run
for /f "tokens=1,2 delims=.-_+" %%a in ("%found%") do if "%%a"=="1" (set "major=%%b") else (set "major=%%a")
if %major% geq 17 goto run
echo marshal: needs Java 17 or newer, found %found%: "%java%">&2
exit /b 1

:run
"%java%" %JAVA_OPTS% -jar "%~dp0..\lib\marshal.jar" %*
exit /b %errorlevel%
