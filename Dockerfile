# semblance for a cluster: docker build --tag semblance .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/Semblance.Cli --configuration Release --output /program

FROM mcr.microsoft.com/dotnet/aspnet:10.0
COPY --from=build /program /opt/semblance
ENV PATH="/opt/semblance:$PATH"
ENTRYPOINT ["semblance"]
